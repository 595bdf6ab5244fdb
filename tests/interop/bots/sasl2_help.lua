-- For Prosody 0.12: what mod_sasl2 and mod_sasl2_fast expect of it, and only
-- later releases have.
local datetime = require "util.datetime";
local format = datetime.datetime;

local stanza_mt = require "util.stanza".stanza_mt;

function stanza_mt:get_child_attr(name, xmlns, attr)
	local child = self:get_child(name, xmlns);
	return child and child.attr[attr];
end

-- Expiry has fractions of a second.
function datetime.datetime(t)
	return format(t and math.floor(t));
end

module:hook("stream-features", function (event)
	local conn = event.origin.conn;
	if not conn.ssl_info then
		function conn:ssl_info()
			local socket = self:socket();
			return socket.info and socket:info();
		end
	end
	-- Whose token it is, the client says again with the token.
	event.stream = event.stream or { from = "anybody@" .. module.host };
end, 1000);
