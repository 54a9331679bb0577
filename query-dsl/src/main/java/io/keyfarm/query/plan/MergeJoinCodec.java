package io.keyfarm.query.plan;

import io.keyfarm.query.proto.MergeJoinMessage;
import java.util.ArrayList;
import java.util.List;

/** Merge joins to protobuf messages and back. */
final class MergeJoinCodec {
    private MergeJoinCodec() {}

    static MergeJoinMessage encode(MergeJoinStep how) {
        final MergeJoinMessage.Builder message = MergeJoinMessage.newBuilder()
                .setNeedsFirst(how.needsFirst())
                .setLeast(how.least())
                .setMost(how.most())
                .setOnce(how.once())
                .addAllOutputs(how.outputs())
                .addAllNames(how.names())
                .addAllSkips(how.skips());
        how.keys().forEach(message::addAllKeys);
        return message.build();
    }

    static MergeJoinStep decode(int place, MergeJoinMessage message, int inputs) {
        final int keyCount = inputs == 0 ? 0 : message.getKeysCount() / inputs;
        if (keyCount == 0 || message.getKeysCount() != keyCount * inputs) {
            throw new BadPlanException("step " + place + " names " + message.getKeysCount() + " keys of " + inputs
                    + " inputs, not as many of each");
        }
        final List<List<Integer>> keys = new ArrayList<>();
        for (int i = 0; i < inputs; i++) {
            keys.add(message.getKeysList().subList(i * keyCount, (i + 1) * keyCount));
        }
        return new MergeJoinStep(
                keys,
                message.getNeedsFirst(),
                message.getLeast(),
                message.getMost(),
                message.getOnce(),
                message.getOutputsList(),
                message.getNamesList(),
                message.getSkipsList());
    }
}
