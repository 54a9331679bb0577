package io.keyfarm.farmer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keyfarm.key.advice.KeyCandidate;
import io.keyfarm.rows.TableSchema;
import io.keyfarm.wire.KeyEpoch;
import io.keyfarm.wire.sbe.KeysState;
import io.keyfarm.wire.sbe.KeysVerb;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is to be sent to two slaves, given what was heard of them, and when. */
final class AgreementTest {
    private static final TableSchema SCHEMA = TableSchema.parse("t: a int32, b int32");
    private static final long GENERATION = 7;
    private static final long INCARNATION = 3;
    private static final KeyPaces PACES = new KeyPaces(10, 100);

    private final KeyNumbers numbers = new KeyNumbers();
    private final Agreement agreement = new Agreement(2, INCARNATION, numbers, PACES);
    private long nowNs = 1000;

    private static EpochKeys keys(long base, long epoch) {
        return new EpochKeys("t", GENERATION, base, epoch, List.of(KeyCandidate.parse("a.b hot")));
    }

    private static TableEntry entry(long generation, long epoch) {
        return new TableEntry(SCHEMA, generation, epoch, 100, List.of());
    }

    /** What is due now, as if it was sent: one word for each slave. */
    private String send() {
        final List<String> sent = new ArrayList<>();
        for (int i = 0; i < agreement.slaveCount(); i++) {
            final KeysVerb verb = agreement.due(i, nowNs, false);
            if (verb == null) {
                sent.add("-");
            } else {
                numbers.takeRequest();
                agreement.view(i).onSent(verb, nowNs);
                final String base =
                        verb == KeysVerb.PROPOSE ? "@" + agreement.view(i).baseEpoch() : "";
                sent.add(verb + base);
            }
        }
        return String.join(" ", sent);
    }

    private String sendAfter(long ns) {
        nowNs += ns;
        return send();
    }

    private boolean hear(int slave, KeysState state, long inForce) {
        return hear(slave, 1, numbers.nextRequest() - 1, state, GENERATION, inForce, INCARNATION);
    }

    private boolean hear(
            int slave, long life, long request, KeysState state, long generation, long inForce, long proposer) {
        final List<Long> bytes = state == KeysState.READY ? List.of(1L) : List.of();
        final List<byte[]> summaries = state == KeysState.READY ? List.of(new byte[0]) : List.of();
        return agreement.onAnswer(
                new KeysAnswer(
                        "t", slave, request, life, state, generation, inForce, proposer, "no room", bytes, summaries),
                nowNs);
    }

    private void agree(long base, long epoch) {
        agreement.propose(keys(base, epoch));
        send();
        hear(0, KeysState.READY, base);
        hear(1, KeysState.READY, base);
        agreement.activate();
        send();
        hear(0, KeysState.ACTIVE, epoch);
        hear(1, KeysState.ACTIVE, epoch);
        assertTrue(agreement.isActive());
        agreement.onAgreed();
        assertNull(agreement.failure());
    }

    @Test
    void shouldSayEverythingAgainUntilItIsAnswered() {
        agreement.propose(keys(1, 2));
        assertEquals("PROPOSE@1 PROPOSE@1", send());
        assertEquals("- -", sendAfter(9));
        assertEquals("PROPOSE@1 PROPOSE@1", sendAfter(1));
        hear(0, KeysState.BUILDING, 1);
        assertEquals("STATE PROPOSE@1", sendAfter(10));
        assertTrue(hear(0, KeysState.READY, 1));
        hear(1, KeysState.BUILDING, 1);
        assertEquals("STATE STATE", sendAfter(10), "summaries may be missing");
        assertEquals("- STATE", sendAfter(10));
        assertFalse(agreement.isReady());
        hear(1, KeysState.READY, 1);
        assertTrue(agreement.isReady());
        agreement.activate();
        assertEquals("ACTIVATE ACTIVATE", send());
        hear(1, KeysState.ACTIVE, 2);
        assertEquals("ACTIVATE -", sendAfter(10));
        assertFalse(agreement.isActive());
        hear(0, KeysState.ACTIVE, 2);
        assertTrue(agreement.isActive());
        agreement.onAgreed();
        assertEquals("- -", sendAfter(80));
        assertEquals("STATE STATE", sendAfter(20));
    }

    @Test
    void shouldNotBelieveWhatWasSaidBeforeTheProposalOrByAnEarlierLife() {
        agreement.propose(keys(1, 2));
        send();
        final long early = numbers.nextRequest() - 1;
        agreement.propose(keys(1, 3));
        send();
        assertFalse(hear(0, 1, early, KeysState.READY, GENERATION, 1, INCARNATION));
        hear(0, 2, early + 1, KeysState.BUILDING, GENERATION, 1, INCARNATION);
        assertFalse(hear(0, 1, early + 1, KeysState.READY, GENERATION, 1, INCARNATION), "it has restarted since");
        final long first = numbers.nextRequest() - 1;
        sendAfter(10);
        hear(1, KeysState.BUILDING, 1);
        assertFalse(hear(1, 1, first, KeysState.READY, GENERATION, 1, INCARNATION), "overtaken");
        assertFalse(agreement.isReady());
    }

    @Test
    void shouldProposeOnWhatASlaveHasAnew() {
        agree(1, 2);
        agreement.propose(keys(2, 3));
        assertEquals("PROPOSE@2 PROPOSE@2", send());
        final long before = agreement.view(0).counter();
        hear(0, 2, numbers.nextRequest() - 1, KeysState.OTHER, GENERATION, KeyEpoch.NONE, INCARNATION);
        assertEquals("PROPOSE@-1 -", send());
        assertTrue(agreement.view(0).counter() > before);
        hear(1, KeysState.OTHER, 1);
        assertEquals("- PROPOSE@1", send(), "one that was left behind");
        hear(1, KeysState.OTHER, KeyEpoch.UNSETTLED);
        assertEquals("- -", sendAfter(9));
        assertNull(agreement.failure());
    }

    @Test
    void shouldGiveUpWhereKeysWereChangedByHand() {
        agreement.propose(keys(1, 3));
        send();
        hear(1, KeysState.OTHER, 2);
        assertEquals("keys were changed by hand on slave 1, which has epoch 2", agreement.failure());

        agreement.propose(keys(2, 4));
        agreement.onCatalogue(entry(GENERATION, 2));
        assertNull(agreement.failure());
        agreement.onCatalogue(entry(GENERATION, 5));
        assertEquals("the table's keys were changed by hand", agreement.failure());
    }

    @Test
    void shouldGiveUpWhereRowsAreOthersOrGone() {
        agreement.propose(keys(1, 2));
        send();
        hear(0, 1, numbers.nextRequest() - 1, KeysState.OTHER, 8, KeyEpoch.NONE, INCARNATION);
        assertNull(agreement.failure(), "the catalogue says when it is time");
        assertEquals("- PROPOSE@1", sendAfter(10));
        agreement.onCatalogue(entry(8, 1));
        assertEquals("the table has other rows now", agreement.failure());
        agreement.onCatalogue(null);
        assertEquals("the table was dropped", agreement.failure());
    }

    @Test
    void shouldGiveWayToALaterCoordinator() {
        agreement.propose(keys(1, 2));
        send();
        hear(0, 1, numbers.nextRequest() - 1, KeysState.IDLE, GENERATION, 1, 4);
        assertEquals("slave 0 hears of a later coordinator, of incarnation 4", agreement.failure());
    }

    @Test
    void shouldTellAllToForgetAndGoBackToWhatWasAgreed() {
        agree(1, 2);
        agreement.propose(keys(2, 3));
        send();
        hear(0, KeysState.READY, 2);
        hear(1, KeysState.READY, 2);
        agreement.activate();
        send();
        hear(0, KeysState.ACTIVE, 3);
        hear(1, 2, numbers.nextRequest() - 1, KeysState.FAILED, GENERATION, KeyEpoch.NONE, INCARNATION);
        assertEquals("slave 1: no room", agreement.failure());
        agreement.giveUp();
        assertEquals(keys(1, 2), agreement.goal());
        assertEquals("CANCEL CANCEL", send());
        assertEquals("CANCEL CANCEL", sendAfter(10));
        hear(0, KeysState.OTHER, 3);
        assertEquals("PROPOSE@3 -", send(), "from an epoch that was never agreed");
        hear(1, 2, numbers.nextRequest() - 1, KeysState.OTHER, GENERATION, KeyEpoch.NONE, INCARNATION);
        assertEquals("- PROPOSE@-1", send());
        hear(1, 2, numbers.nextRequest() - 1, KeysState.FAILED, GENERATION, KeyEpoch.NONE, INCARNATION);
        assertNull(agreement.failure());
        assertEquals("PROPOSE@3 -", sendAfter(99), "what failed just now would fail again");
        assertEquals("- PROPOSE@-1", sendAfter(1));
    }

    @Test
    void shouldBeOverWhenNothingIsWantedAndAllHaveForgotten() {
        agreement.propose(keys(1, 2));
        send();
        agreement.giveUp();
        assertFalse(agreement.isOver());
        assertEquals("CANCEL CANCEL", send());
        hear(0, KeysState.IDLE, 1);
        assertFalse(agreement.isOver());
        hear(1, KeysState.OTHER, 9);
        assertTrue(agreement.isOver());
        assertEquals("- -", sendAfter(1000));
    }

    @Test
    void shouldFollowRowsThatAreAppendedAndForgetWhatOthersChanged() {
        agree(1, 2);
        agreement.onCatalogue(entry(8, 2));
        final EpochKeys goal = agreement.goal();
        assertEquals(8, goal == null ? 0 : goal.generation());
        agreement.onCatalogue(entry(8, 3));
        assertNull(agreement.goal());
        assertEquals("CANCEL CANCEL", send(), "one may be on its way back to it");
        hear(0, KeysState.OTHER, 3);
        hear(1, KeysState.OTHER, 3);
        assertTrue(agreement.isOver());
    }
}
