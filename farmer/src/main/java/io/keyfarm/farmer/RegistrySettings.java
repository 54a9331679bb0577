package io.keyfarm.farmer;

/**
 * How much may be submitted, since a farmer keeps it until it is told otherwise.
 *
 * @param maxPlans plans kept
 * @param maxPlanBytes of all plans together, as submitted; decoded, a plan takes up to about ten times as much heap
 * @param maxAliases names kept
 * @param quarantineAfter so many failures of one plan on slaves, and it is run no more
 */
public record RegistrySettings(int maxPlans, long maxPlanBytes, int maxAliases, int quarantineAfter) {
    public RegistrySettings {
        if (maxPlans < 1 || maxPlanBytes < 1 || maxAliases < 1 || quarantineAfter < 1) {
            throw new IllegalArgumentException("a registry's limits are above zero");
        }
    }

    /** 10,000 plans in 16 MiB, 10,000 names, quarantine at the third failure. */
    public static RegistrySettings defaults() {
        return new RegistrySettings(10_000, 16 << 20, 10_000, 3);
    }

    public RegistrySettings maxPlans(int count) {
        return new RegistrySettings(count, maxPlanBytes, maxAliases, quarantineAfter);
    }

    public RegistrySettings maxPlanBytes(long bytes) {
        return new RegistrySettings(maxPlans, bytes, maxAliases, quarantineAfter);
    }

    public RegistrySettings maxAliases(int count) {
        return new RegistrySettings(maxPlans, maxPlanBytes, count, quarantineAfter);
    }

    public RegistrySettings quarantineAfter(int failures) {
        return new RegistrySettings(maxPlans, maxPlanBytes, maxAliases, failures);
    }
}
