package io.keyfarm.wire;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.keyfarm.wire.sbe.FrameFlagsEncoder;
import io.keyfarm.wire.sbe.FrameHeaderDecoder;
import java.util.zip.CRC32C;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Guards single frames against a link that spoils bytes, by a CRC32C over all of the frame but the CRC itself.
 *
 * <pre>
 *   | header … flags: crc … | CRC | zeros | block, variable parts |
 *   └──────── covered ──────┘     └─────────── covered ───────────┘
 * </pre>
 *
 * A CRC keeps out accidents, not attackers. One thread's; it allocates nothing.
 */
public final class FrameSeal {
    private static final int FLAGS = FrameHeaderDecoder.flagsEncodingOffset();
    private static final int SEAL = FrameHeaderDecoder.sealEncodingOffset();
    private static final int BEHIND_CRC = SEAL + Integer.BYTES;
    private static final short CRC = FrameFlagsEncoder.crc((short) 0, true);

    private final CRC32C crc = new CRC32C();
    // The JDK's CRC takes arrays and ByteBuffers, and not addresses: bytes off heap pass through here.
    private final byte[] piece = new byte[4096];

    /** Sets the frame's flag and CRC, in place; the frame is complete and is not changed afterwards. */
    public void seal(MutableDirectBuffer frame, int offset, int length) {
        assert length >= Frames.HEADER_BYTES : length;
        final int flags = Frames.ushort(frame, offset + FLAGS) | CRC;
        frame.putShort(offset + FLAGS, (short) flags, LITTLE_ENDIAN);
        frame.putLong(offset + SEAL, 0);
        frame.putLong(offset + SEAL + Long.BYTES, 0);
        frame.putInt(offset + SEAL, crcOf(frame, offset, length), LITTLE_ENDIAN);
    }

    /** As {@link Frames#check}, for a link that may spoil bytes: a frame must be sealed, and its CRC right. */
    public FrameFault check(DirectBuffer frame, int offset, int length) {
        if (length < Frames.HEADER_BYTES) {
            return FrameFault.TOO_SHORT;
        }
        if (length > Frames.MAX_FRAME_BYTES) {
            return FrameFault.TOO_LONG;
        }
        if ((Frames.ushort(frame, offset + FLAGS) & CRC) == 0) {
            return FrameFault.NOT_SEALED;
        }
        if (frame.getInt(offset + SEAL, LITTLE_ENDIAN) != crcOf(frame, offset, length)) {
            return FrameFault.CRC_DIFFERS;
        }
        return Frames.check(frame, offset, length);
    }

    private int crcOf(DirectBuffer frame, int offset, int length) {
        crc.reset();
        update(frame, offset, SEAL);
        update(frame, offset + BEHIND_CRC, length - BEHIND_CRC);
        return (int) crc.getValue();
    }

    private void update(DirectBuffer buffer, int offset, int length) {
        final byte[] array = buffer.byteArray();
        if (array != null) {
            buffer.boundsCheck(offset, length);
            crc.update(array, buffer.wrapAdjustment() + offset, length);
            return;
        }
        for (int done = 0; done < length; ) {
            final int bytes = Math.min(piece.length, length - done);
            buffer.getBytes(offset + done, piece, 0, bytes);
            crc.update(piece, 0, bytes);
            done += bytes;
        }
    }
}
