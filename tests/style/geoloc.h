/* The payload of the manual's [SCHEMA], which test_schema.c reads and writes;
   make check-manual compares it with the manual. */
typedef struct geoloc {
    xc_base base;
    xc_str lat, lon, text;
    xc_time timestamp;
} geoloc;
static const xc_field geoloc_fields[] = {
    XC_CHILD(geoloc, lat, STRING, NULL, "lat", NULL, 0),
    XC_CHILD(geoloc, lon, STRING, NULL, "lon", NULL, 0),
    XC_CHILD(geoloc, text, STRING, NULL, "text", NULL, 0),
    XC_CHILD(geoloc, timestamp, TIME, NULL, "timestamp", NULL, 0)};
static const xc_schema geoloc_schema = XC_SCHEMA(
    "http://jabber.org/protocol/geoloc", "geoloc", geoloc, geoloc_fields);
