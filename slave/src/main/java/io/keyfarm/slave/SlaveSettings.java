package io.keyfarm.slave;

import io.keyfarm.key.advice.CostModel;

/**
 * What a slave is told at its start.
 *
 * @param slaveId its number within the cluster, below 65535
 * @param incarnation tells this life of the slave from earlier ones
 * @param maxFrameBytes no reply frame is longer
 * @param maxQueryBytes what one query may take here for ordering its rows
 * @param maxPlans how many plans it keeps; it forgets all and asks again beyond
 * @param costs what a seek and a row cost here
 * @param isTallying whether it counts what is asked, and which keys are taken
 */
public record SlaveSettings(
        int slaveId,
        long incarnation,
        int maxFrameBytes,
        long maxQueryBytes,
        int maxPlans,
        CostModel costs,
        boolean isTallying) {
    public static final int MIN_FRAME_BYTES = 1024;

    public SlaveSettings {
        if (maxFrameBytes < MIN_FRAME_BYTES) {
            throw new IllegalArgumentException(
                    "a frame of " + maxFrameBytes + " bytes is too short; the least is " + MIN_FRAME_BYTES);
        }
    }

    public static SlaveSettings of(int slaveId, long incarnation) {
        return new SlaveSettings(slaveId, incarnation, 64 << 10, 256L << 20, 10_000, CostModel.typical(), true);
    }

    public SlaveSettings withMaxFrameBytes(int bytes) {
        return new SlaveSettings(slaveId, incarnation, bytes, maxQueryBytes, maxPlans, costs, isTallying);
    }

    public SlaveSettings withMaxQueryBytes(long bytes) {
        return new SlaveSettings(slaveId, incarnation, maxFrameBytes, bytes, maxPlans, costs, isTallying);
    }

    public SlaveSettings withCosts(CostModel model) {
        return new SlaveSettings(slaveId, incarnation, maxFrameBytes, maxQueryBytes, maxPlans, model, isTallying);
    }

    public SlaveSettings withTally(boolean isOn) {
        return new SlaveSettings(slaveId, incarnation, maxFrameBytes, maxQueryBytes, maxPlans, costs, isOn);
    }
}
