package io.keyfarm.rows;

import java.util.Locale;

/** The families of field types; a {@link FieldType} adds length, precision and scale. */
public enum FieldKind {
    INT8(1),
    INT16(2),
    INT32(4),
    INT64(8),
    UINT8(1),
    UINT16(2),
    UINT32(4),
    FLOAT32(4),
    FLOAT64(8),
    /** An unscaled {@code int64}; the type holds precision and scale. */
    DECIMAL(8),
    BOOL(1),
    /** Days since 1970-01-01, as {@code int32}. */
    DATE(4),
    /** Microseconds since 1970-01-01T00:00:00Z, as {@code int64}. */
    TIMESTAMP(8),
    /** Text of a fixed number of bytes, blank-padded where it stands. */
    CHAR(0),
    /** Text of any length, through a {@link TextSlot}. */
    VARCHAR(TextSlot.BYTES),
    /** Bytes of any length, through a {@link TextSlot}. */
    BYTES(TextSlot.BYTES);

    private final int widthBytes;

    FieldKind(int widthBytes) {
        this.widthBytes = widthBytes;
    }

    /** Bytes within a row; 0 for {@link #CHAR}, whose type knows. */
    int widthBytes() {
        return widthBytes;
    }

    /** Whether values compare by their bytes; all others compare by their {@link Sortable} form. */
    public boolean isText() {
        return this == CHAR || this == VARCHAR || this == BYTES;
    }

    /** Whether a row holds only a {@link TextSlot} for the value. */
    public boolean isVariable() {
        return this == VARCHAR || this == BYTES;
    }

    public boolean isFloating() {
        return this == FLOAT32 || this == FLOAT64;
    }

    /** The word for it in schemas, in lower case. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
