package io.keyfarm.wire;

/** What is wrong with the bytes of a frame. Whatever the fault, its reader counts it and drops the frame. */
public enum FrameFault {
    NONE("nothing is wrong"),
    TOO_SHORT("the frame ends within its header or fixed part"),
    TOO_LONG("the frame is longer than any frame may be"),
    UNKNOWN_SCHEMA("the schema id is not ours"),
    UNKNOWN_VERSION("the frame version is not one we read"),
    UNKNOWN_TYPE("no frame has this template id"),
    WRONG_BLOCK_LENGTH("the fixed part is not as long as this version's"),
    UNKNOWN_FLAG("a flag is set that has no meaning, or none in this frame"),
    BAD_SEAL("the seal holds bytes that no flag announces"),
    NOT_SEALED("the link is lossy, and the frame has no CRC"),
    CRC_DIFFERS("the CRC is not that of the bytes"),
    BAD_COUNT("a count, credit or length is negative or above its limit"),
    BAD_KEY_HINT("the key hint is neither a place in a list nor a known word"),
    BAD_CODE("no reply code has this number"),
    BAD_TEXT("a byte of a key's name is not ASCII"),
    LENGTHS_DIFFER("the parts do not add up to the frame's length");

    private final String meaning;

    FrameFault(String meaning) {
        this.meaning = meaning;
    }

    /** One clause for a log line. */
    public String meaning() {
        return meaning;
    }
}
