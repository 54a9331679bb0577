package io.keyfarm.key.advice;

import static io.keyfarm.key.advice.SummaryCodec.requireWithin;

import io.keyfarm.key.KeySpec;
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
 * A bitmap summary as bytes, big-endian.
 *
 * <pre>
 *   | version 1 | field: length 2, UTF-8 | rows 8 | values 4 | sum of squares 8 | sampled values 2 | per sampled value: rows 8 |
 *   | per sampled value: as a {@linkplain SummaryCodec key summary's} |
 * </pre>
 */
final class BitmapSummaryCodec {
    private static final int VERSION = 1;

    private BitmapSummaryCodec() {}

    static byte[] encode(
            KeySpec spec, long rowCount, int valueCount, double sumOfSquares, KeySample values, long[] weights) {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            out.writeUTF(spec.toString());
            out.writeLong(rowCount);
            out.writeInt(valueCount);
            out.writeDouble(sumOfSquares);
            out.writeShort(weights.length);
            for (final long weight : weights) {
                out.writeLong(weight);
            }
            SummaryCodec.writeValues(values, 1, out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static BitmapSummary decode(byte[] bytes, TableSchema schema) {
        try {
            return decode(ByteBuffer.wrap(bytes), schema);
        } catch (BufferUnderflowException e) {
            throw new BadValueException("a bitmap summary ends early, after " + bytes.length + " bytes");
        }
    }

    private static BitmapSummary decode(ByteBuffer in, TableSchema schema) {
        final int version = in.get();
        if (version != VERSION) {
            throw new BadValueException("a bitmap summary of version " + version + "; this reads " + VERSION);
        }
        final KeySpec spec =
                KeySpec.parse(new String(SummaryCodec.take(in, in.getShort() & 0xFFFF), StandardCharsets.UTF_8));
        final FieldType[] types = KeySummary.types(spec, schema);
        requireWithin("fields of a bitmap summary", types.length, 1);
        final long rowCount = in.getLong();
        requireWithin("rows of a bitmap summary", rowCount, Integer.MAX_VALUE);
        final int valueCount = in.getInt();
        requireWithin("values of a bitmap summary", valueCount, rowCount);
        final double sumOfSquares = in.getDouble();
        if (!(sumOfSquares >= 0)) {
            throw new BadValueException("a bitmap summary's sum of squares is " + sumOfSquares);
        }
        final int sampled = in.getShort();
        requireWithin("sampled values of a bitmap summary", sampled, Math.min(valueCount, KeySample.MAX_ROWS));
        requireWithin("sampled values' bytes", sampled * (long) Long.BYTES, in.remaining());
        final long[] weights = new long[sampled];
        for (int i = 0; i < sampled; i++) {
            weights[i] = in.getLong();
            requireWithin("rows of a bitmap's value", weights[i], rowCount);
        }
        final KeySample values = new KeySample(types, sampled);
        for (int i = 0; i < sampled; i++) {
            SummaryCodec.readValue(in, types[0], values, 0, i);
        }
        if (in.hasRemaining()) {
            throw new BadValueException("a bitmap summary has " + in.remaining() + " bytes too many");
        }
        return new BitmapSummary(spec, spec.indexes(schema)[0], rowCount, valueCount, sumOfSquares, values, weights);
    }
}
