package io.keyfarm.key;

/** How much memory a key is given. */
public enum KeyTier {
    /** Row numbers and the top index: about 4.4 bytes a row. A seek ends in the rows. */
    COLD,
    /** The codes as well, 8 bytes a row more: a seek ends in them, and walking by codes touches no row. */
    HOT
}
