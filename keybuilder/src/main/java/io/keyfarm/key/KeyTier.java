package io.keyfarm.key;

/** How much memory a key is given. */
public enum KeyTier {
    /** Row numbers and the top index: about 4.4 bytes a row. A seek ends in the rows. */
    COLD(24),
    /** The codes as well, 8 bytes a row more: a seek ends in them, and walking by codes touches no row. */
    HOT(200);

    private final int seekEntries;

    KeyTier(int seekEntries) {
        this.seekEntries = seekEntries;
    }

    /** A seek costs about as much as walking over so many entries: through the rows, and by codes. */
    public int seekEntries() {
        return seekEntries;
    }
}
