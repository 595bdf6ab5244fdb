/* What the contenders of bench.c have in common. */
#ifndef BENCH_H
#define BENCH_H

/* What a contender found; equal for all that read the same stream. */
typedef struct tally {
    uint64_t elements, attributes, text;
    uint64_t bytes; /* of attribute values; of output */
} tally;

/* Bytes that counted parsers of other libraries hold. */
static size_t heap_in_use;

/* Elements as a stream delivered them, one after the other. */
typedef struct trees {
    unsigned char *blocks;
    size_t size;
} trees;

/* One pass of one contender over one stream. */
typedef struct run {
    tally sum;
    unsigned char *memory; /* for the codec */
    size_t memory_size;
    const trees *trees; /* for the writer */
    xc_status status;   /* what the codec said last */
    xc_xml xml;
    xc_stream stream;
    void *peer;   /* the parser of another library */
    bool counted; /* its memory is counted, see heap_in_use */
} run;

typedef struct contender {
    const char *name;
    bool (*open)(run *r);
    bool (*feed)(run *r, xc_str in);
    bool (*close)(run *r); /* says that the input was complete */
    bool is_peer;
} contender;
#endif
