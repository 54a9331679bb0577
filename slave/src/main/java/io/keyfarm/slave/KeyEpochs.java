package io.keyfarm.slave;

import io.keyfarm.rows.BadValueException;
import io.keyfarm.wire.KeyEpoch;
import io.keyfarm.wire.sbe.KeysState;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a slave is proposed of keys, and how far it is. One proposal for each table: a later one takes the earlier one's place
 * and what it has built. All under the slave's lock, but for the building itself.
 *
 * <pre>
 *               propose            last key built             activate
 *   (nothing) ───────────► BUILDING ──────────────► READY ────────────────► (nothing; the shelves have the epoch)
 *       ▲                     │  a key fails ► FAILED  │
 *       └── cancel; rows replaced; keys changed by hand ┘     and what was built is freed
 * </pre>
 */
final class KeyEpochs {
    private final Slave slave;
    private final Map<String, Proposal> proposals = new HashMap<>();
    /** By table, the latest that was heard of: earlier ones are late frames. */
    private final Map<String, ProposalOrder> latest = new HashMap<>();

    private @Nullable BuildTask running;
    private boolean isClosed;

    /**
     * How a table stands.
     *
     * @param proposal the one that is READY, or has FAILED
     */
    record Standing(
            KeysState state,
            long generation,
            long epochInForce,
            @Nullable Proposal proposal) {}

    KeyEpochs(Slave slave) {
        this.slave = slave;
    }

    /** Takes it, unless it is an earlier one than was heard of, or its rows or base are not those here. */
    void propose(ProposedKeys wanted) {
        sweep();
        final TablePart part = slave.part(wanted.table(), Generations.NEWEST);
        if (isClosed || part == null || wanted.order().compareTo(latest(wanted.table())) <= 0) {
            return;
        }
        latest.put(wanted.table(), wanted.order());
        final Proposal proposal = new Proposal(wanted, part);
        final Proposal earlier = proposals.remove(wanted.table());
        if (part.generationDigest() == wanted.generation() && proposal.holds(part)) {
            proposals.put(wanted.table(), proposal);
            try {
                wanted.check(part.slab().schema());
                if (earlier != null) {
                    proposal.takeOver(earlier);
                }
            } catch (BadValueException e) {
                proposal.onFailed(String.valueOf(e.getMessage()));
            }
        }
        if (earlier != null) {
            earlier.free();
        }
        cancelUnwanted();
    }

    /** Forgets this proposal and all before it; what comes late of them does nothing. */
    void cancel(String table, ProposalOrder order) {
        final Proposal proposal = proposals.get(table);
        if (proposal != null && proposal.wanted().order().compareTo(order) <= 0) {
            proposals.remove(table);
            proposal.free();
            cancelUnwanted();
        }
        if (slave.hasTable(table) && order.compareTo(latest(table)) > 0) {
            latest.put(table, order);
        }
    }

    /** Puts its keys in force, if it is this proposal that is ready here. */
    void activate(String table, ProposalOrder order) {
        sweep();
        final Proposal proposal = proposals.get(table);
        if (proposal != null && proposal.wanted().order().equals(order) && proposal.isReady()) {
            proposals.remove(table);
            proposal.activate().forEach(slave::retire);
        }
    }

    /** Of the proposal with this order, which was to follow {@code baseEpoch} with {@code epoch}. */
    Standing standing(String table, ProposalOrder order, long generation, long baseEpoch, long epoch) {
        sweep();
        final TablePart part = slave.part(table, Generations.NEWEST);
        if (part == null) {
            return new Standing(KeysState.OTHER, 0, KeyEpoch.NONE, null);
        }
        final long inForce = Proposal.epochInForce(part);
        final Proposal proposal = proposals.get(table);
        final KeysState state;
        if (part.generationDigest() != generation) {
            state = KeysState.OTHER;
        } else if (inForce == epoch) {
            state = KeysState.ACTIVE;
        } else if (proposal == null || !proposal.wanted().order().equals(order)) {
            state = inForce == baseEpoch ? KeysState.IDLE : KeysState.OTHER;
        } else if (proposal.failure() != null) {
            state = KeysState.FAILED;
        } else {
            state = proposal.isReady() ? KeysState.READY : KeysState.BUILDING;
        }
        return new Standing(state, part.generationDigest(), inForce, proposal);
    }

    ProposalOrder latest(String table) {
        return latest.getOrDefault(table, ProposalOrder.NONE);
    }

    boolean isBuilding() {
        sweep();
        return running != null || next() != null;
    }

    /** A key to be built, its segment held meanwhile; null if there is none, or one is being built. */
    @Nullable
    BuildTask begin() {
        sweep();
        final BuildTask task = running == null ? next() : null;
        if (task != null) {
            task.segment().hold();
            running = task;
        }
        return task;
    }

    void end(BuildTask task) {
        assert running == task : task;
        running = null;
        sweep();
        final Proposal proposal = proposals.get(task.table());
        final boolean isWanted = proposal != null && proposal.wants(task) && !task.isCancelled();
        if (proposal != null && isWanted && task.failure() != null) {
            proposal.onFailed("key " + task.wanted() + ": " + task.failure());
        }
        final AnyKey key = task.key();
        if (key != null) {
            if (proposal != null && isWanted) {
                proposal.onBuilt(task, key);
            } else {
                key.free();
            }
        }
        slave.release(task.segment());
    }

    /** Frees what is of rows that are gone, or would follow keys that were changed by hand; answers how many proposals. */
    int sweep() {
        int count = 0;
        for (final Iterator<Proposal> all = proposals.values().iterator(); all.hasNext(); ) {
            final Proposal proposal = all.next();
            if (!proposal.holds(slave.part(proposal.wanted().table(), Generations.NEWEST))) {
                all.remove();
                proposal.free();
                count++;
            }
        }
        if (count > 0) {
            cancelUnwanted();
        }
        latest.keySet().removeIf(table -> !slave.hasTable(table));
        return count;
    }

    void close() {
        isClosed = true;
        proposals.values().forEach(Proposal::free);
        proposals.clear();
        cancelUnwanted();
    }

    private @Nullable BuildTask next() {
        for (final Proposal proposal : proposals.values()) {
            final BuildTask task = proposal.nextMissing();
            if (task != null) {
                return task;
            }
        }
        return null;
    }

    private void cancelUnwanted() {
        final BuildTask task = running;
        if (task != null) {
            final Proposal proposal = proposals.get(task.table());
            if (proposal == null || !proposal.wants(task)) {
                task.cancel();
            }
        }
    }
}
