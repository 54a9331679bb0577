package io.keyfarm.query.plan;

import io.keyfarm.query.proto.FoldMessage;

/** What is carried from row to row, to a message and back. */
final class FoldCodec {
    private FoldCodec() {}

    static FoldMessage encode(FoldStep fold, boolean rollsUp) {
        final FoldMessage.Builder message =
                FoldMessage.newBuilder().setRollsUp(rollsUp).setNext(fold.next().message());
        if (fold.when() != null) {
            message.setWhen(fold.when().message());
        }
        if (fold.start() != null) {
            message.setStart(fold.start().message());
        }
        return message.build();
    }

    static FoldStep decode(FoldMessage message) {
        return new FoldStep(
                message.hasWhen() ? ExpressionList.of(message.getWhen()) : null,
                message.hasStart() ? ExpressionList.of(message.getStart()) : null,
                ExpressionList.of(message.getNext()));
    }
}
