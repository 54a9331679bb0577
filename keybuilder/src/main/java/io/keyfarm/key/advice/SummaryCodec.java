package io.keyfarm.key.advice;

import io.keyfarm.key.KeySpec;
import io.keyfarm.key.KeyTier;
import io.keyfarm.rows.BadValueException;
import io.keyfarm.rows.FieldType;
import io.keyfarm.rows.TableSchema;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A key summary as bytes, big-endian.
 *
 * <pre>
 *   | version 2 | tier 1: 0 = cold, 1 = hot | spec: length 2, UTF-8 | rows 8 | per field: groups 8, sum of squares 8 | sampled rows 2 |
 *   | per field and sampled row: 0 = null, 1 = value: sortable 8, or text: length 1, bytes |
 * </pre>
 */
final class SummaryCodec {
    private static final int VERSION = 2;

    private SummaryCodec() {}

    static byte[] encode(KeySummary summary) {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            out.writeByte(summary.tier() == KeyTier.HOT ? 1 : 0);
            out.writeUTF(summary.spec().toString());
            out.writeLong(summary.rowCount());
            final GroupStatistics statistics = summary.statistics();
            for (int i = 1; i <= statistics.fieldCount(); i++) {
                out.writeLong(statistics.distinctGroups(i));
                out.writeDouble(statistics.sumOfSquares(i));
            }
            writeSample(summary.sample(), statistics.fieldCount(), out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void writeSample(KeySample sample, int fieldCount, DataOutputStream out) throws IOException {
        out.writeShort(sample.rowCount);
        writeValues(sample, fieldCount, out);
    }

    static void writeValues(KeySample sample, int fieldCount, DataOutputStream out) throws IOException {
        for (int field = 0; field < fieldCount; field++) {
            for (int row = 0; row < sample.rowCount; row++) {
                out.writeByte(sample.nulls[field][row] ? 0 : 1);
                if (sample.nulls[field][row]) {
                    continue;
                }
                if (sample.texts[field].length > 0) {
                    out.writeByte(sample.texts[field][row].length);
                    out.write(sample.texts[field][row]);
                } else {
                    out.writeLong(sample.sortables[field][row]);
                }
            }
        }
    }

    static KeySummary decode(byte[] bytes, TableSchema schema) {
        try {
            return decode(ByteBuffer.wrap(bytes), schema);
        } catch (BufferUnderflowException e) {
            throw new BadValueException("a key summary ends early, after " + bytes.length + " bytes");
        }
    }

    private static KeySummary decode(ByteBuffer in, TableSchema schema) {
        final int version = in.get();
        if (version != VERSION) {
            throw new BadValueException("a key summary of version " + version + "; this reads " + VERSION);
        }
        final int tier = in.get();
        requireWithin("the tier of a key summary", tier, 1);
        final KeySpec spec = KeySpec.parse(new String(take(in, in.getShort() & 0xFFFF), StandardCharsets.UTF_8));
        final FieldType[] types = KeySummary.types(spec, schema);
        final long rowCount = in.getLong();
        requireWithin("rows of a key summary", rowCount, Integer.MAX_VALUE);
        final long[] groups = new long[types.length];
        final double[] sumsOfSquares = new double[types.length];
        for (int i = 0; i < types.length; i++) {
            groups[i] = in.getLong();
            requireWithin("groups of a key summary", groups[i], rowCount);
            sumsOfSquares[i] = in.getDouble();
            if (!(sumsOfSquares[i] >= 0)) {
                throw new BadValueException("a key summary's sum of squares is " + sumsOfSquares[i]);
            }
        }
        final int sampled = in.getShort();
        requireWithin("sampled rows of a key summary", sampled, Math.min(rowCount, KeySample.MAX_ROWS));
        final KeySample sample = new KeySample(types, sampled);
        for (int field = 0; field < types.length; field++) {
            for (int row = 0; row < sampled; row++) {
                readValue(in, types[field], sample, field, row);
            }
        }
        if (in.hasRemaining()) {
            throw new BadValueException("a key summary has " + in.remaining() + " bytes too many");
        }
        return new KeySummary(
                spec,
                tier == 1 ? KeyTier.HOT : KeyTier.COLD,
                schema,
                new GroupStatistics(rowCount, groups, sumsOfSquares),
                sample);
    }

    static void readValue(ByteBuffer in, FieldType type, KeySample sample, int field, int row) {
        if (in.get() == 0) {
            sample.nulls[field][row] = true;
        } else if (type.isText()) {
            final int length = in.get();
            requireWithin("bytes of a sampled text", length, KeySample.MAX_TEXT_BYTES);
            sample.texts[field][row] = take(in, length);
        } else {
            sample.sortables[field][row] = in.getLong();
        }
    }

    static byte[] take(ByteBuffer in, int length) {
        if (length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        final byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    static void requireWithin(String what, long value, long most) {
        if (value < 0 || value > most) {
            throw new BadValueException(what + " number 0 to " + most + ", not " + value);
        }
    }
}
