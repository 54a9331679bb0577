package io.keyfarm.farmer;

import io.keyfarm.query.plan.BadPlanException;
import io.keyfarm.query.plan.Plan;
import io.keyfarm.query.plan.PlanId;
import io.keyfarm.rows.BadValueException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The plans that were submitted, by id, and the names that point to them.
 *
 * <pre>
 *   bytes ── decoded, checked ──► id ──► plan ◄── name, settings      repointed and rolled back as one value
 * </pre>
 *
 * Thread-safe. Readers take no lock; changes take this registry's, so that no name ever points to nothing.
 */
public final class PlanRegistry {
    /** Messages name no more of them. */
    private static final int MAX_NAMED = 20;

    private final RegistrySettings settings;
    private final Map<PlanId, RegisteredPlan> plans = new ConcurrentHashMap<>();
    private final Map<String, AliasTarget> aliases = new ConcurrentHashMap<>();
    /** Of all plans; guarded by this. */
    private long planBytes;

    PlanRegistry(RegistrySettings settings) {
        this.settings = settings;
    }

    /**
     * Takes a plan from anywhere. The same bytes have the same id, and may be submitted any number of times.
     *
     * @throws BadPlanException naming what is wrong with the bytes
     * @throws RegistryException if there is no room for another plan
     */
    public PlanId submit(byte[] bytes) {
        final Plan plan = Plan.decode(bytes);
        final RegisteredPlan known = plans.get(plan.id());
        if (known == null) {
            add(plan);
        } else if (!known.plan().equals(plan)) {
            throw new BadPlanException("there is another plan with the id " + plan.id() + ", which chance does not do");
        }
        return plan.id();
    }

    private synchronized void add(Plan plan) {
        if (plans.containsKey(plan.id())) {
            return;
        }
        if (plans.size() >= settings.maxPlans()) {
            throw new RegistryException("there are %,d plans, and at most %,d are kept: remove one, or raise the limit"
                    .formatted(plans.size(), settings.maxPlans()));
        }
        if (planBytes + plan.byteCount() > settings.maxPlanBytes()) {
            throw new RegistryException(
                    "plan %s has %,d bytes, but only %,d are left of the %,d that all plans may have: remove one, or raise the limit"
                            .formatted(
                                    plan.id(),
                                    plan.byteCount(),
                                    settings.maxPlanBytes() - planBytes,
                                    settings.maxPlanBytes()));
        }
        planBytes += plan.byteCount();
        plans.put(plan.id(), new RegisteredPlan(plan));
    }

    public @Nullable RegisteredPlan find(PlanId id) {
        return plans.get(id);
    }

    /** @throws BadValueException naming the id, if it stands for nothing here */
    public RegisteredPlan require(PlanId id) {
        final RegisteredPlan plan = plans.get(id);
        if (plan == null) {
            throw new BadValueException(
                    "there is no plan " + id + " among the %,d here: submit it first".formatted(plans.size()));
        }
        return plan;
    }

    /** In the order of their ids. */
    public List<RegisteredPlan> plans() {
        return plans.values().stream()
                .sorted(Comparator.comparing(RegisteredPlan::id))
                .toList();
    }

    /** Of all plans, as submitted. */
    public synchronized long planBytes() {
        return planBytes;
    }

    /**
     * Forgets the plan; answers whether it was here. What was prepared of it goes on.
     *
     * @throws RegistryException naming the aliases that point to it, if there are any
     */
    public synchronized boolean remove(PlanId id) {
        final List<String> pointing = aliases().stream()
                .filter(alias -> alias.planId().equals(id))
                .map(Alias::name)
                .toList();
        if (!pointing.isEmpty()) {
            throw new RegistryException("plan " + id + " stays: " + String.join(", ", pointing)
                    + (pointing.size() == 1 ? " points" : " point") + " to it");
        }
        final RegisteredPlan removed = plans.remove(id);
        if (removed == null) {
            return false;
        }
        planBytes -= removed.plan().byteCount();
        return true;
    }

    /**
     * Makes the name mean this plan with these settings, from the next run on. What it meant before can be rolled back to.
     *
     * @throws BadValueException if there is no such plan, or no query can be called so
     */
    public synchronized Alias alias(String name, PlanId id, QuerySettings given) {
        final Alias alias = new Alias(name, id, given);
        require(id);
        final AliasTarget target = aliases.get(name);
        if (target != null) {
            target.repoint(alias);
            return alias;
        }
        if (aliases.size() >= settings.maxAliases()) {
            throw new RegistryException(
                    "there are %,d aliases, and at most %,d are kept: remove one, or raise the limit"
                            .formatted(aliases.size(), settings.maxAliases()));
        }
        aliases.put(name, new AliasTarget(alias));
        return alias;
    }

    /**
     * Makes the name mean what it meant before; answers what that is. Rolled back again, what it meant before that.
     *
     * @throws RegistryException if it never meant anything else, or if that plan was removed
     */
    public synchronized Alias rollback(String name) {
        final AliasTarget target = target(name);
        if (target.before().isEmpty()) {
            throw new RegistryException(
                    "alias " + name + " cannot be rolled back: nothing is known of what it meant before");
        }
        final PlanId before = target.before().get(0).planId();
        if (!plans.containsKey(before)) {
            throw new RegistryException("alias " + name + " cannot be rolled back: plan " + before
                    + ", to which it pointed before, was removed");
        }
        return target.rollBack();
    }

    /** Forgets the name; answers whether there was one. */
    public synchronized boolean removeAlias(String name) {
        final AliasTarget target = aliases.remove(name);
        if (target == null) {
            return false;
        }
        target.remove();
        return true;
    }

    /** @throws BadValueException naming the aliases there are, if there is no such alias */
    public Alias requireAlias(String name) {
        return meaning(name).alias();
    }

    /** A name's meaning, all of one moment. */
    record Meaning(AliasTarget target, Alias alias, Plan plan) {}

    /** @throws BadValueException if there is no such alias */
    Meaning meaning(String name) {
        while (true) {
            final AliasTarget target = target(name);
            final Alias alias = target.now();
            final RegisteredPlan plan = alias == null ? null : plans.get(alias.planId());
            if (alias != null && plan != null) {
                return new Meaning(target, alias, plan.plan());
            }
            // No name points to nothing, so this one was removed or repointed between two looks.
        }
    }

    /** By name. */
    public List<Alias> aliases() {
        final TreeMap<String, Alias> byName = new TreeMap<>();
        aliases.forEach((name, target) -> {
            final Alias now = target.now();
            if (now != null) {
                byName.put(name, now);
            }
        });
        return List.copyOf(byName.values());
    }

    /** What the name meant before, the latest first. */
    public List<Alias> history(String name) {
        return target(name).before();
    }

    /** What the runs under this name came to, whatever it pointed to. */
    public RunCounts counts(String name) {
        return target(name).counters.counts();
    }

    /** Where a name points now and later. */
    AliasTarget target(String name) {
        final AliasTarget target = aliases.get(name);
        if (target == null) {
            throw new BadValueException("there is no alias " + name
                    + (aliases.isEmpty()
                            ? "; there is none at all"
                            : "; there are "
                                    + aliases.keySet().stream()
                                            .sorted()
                                            .limit(MAX_NAMED)
                                            .collect(Collectors.joining(", "))));
        }
        return target;
    }
}
