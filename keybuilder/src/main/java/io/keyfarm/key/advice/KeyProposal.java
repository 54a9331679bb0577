package io.keyfarm.key.advice;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;

/** The keys to keep, why, and how far from the best they can be. Immutable. */
public final class KeyProposal {
    private static final double CLOSE = 1e-9;

    private final List<ProposedKey> keys;
    private final double costWithout;
    private final double cost;
    private final double leastCost;

    private final DoubleFunction<String> inWords;

    private KeyProposal(
            List<ProposedKey> keys, double costWithout, double cost, double leastCost, DoubleFunction<String> inWords) {
        this.inWords = inWords;
        this.keys = keys;
        this.costWithout = costWithout;
        this.cost = cost;
        this.leastCost = leastCost;
    }

    /** @param bound what no choice saves more than */
    static KeyProposal of(Selection chosen, KeyBudget budget, double bound) {
        final WorkloadCost costs = chosen.costs;
        final double without = costs.costWithout();
        final List<ProposedKey> keys = new ArrayList<>();
        final WhyAKey why = new WhyAKey(chosen, without);
        for (final int key : chosen.keys()) {
            keys.add(why.explain(key, budget.isPinned(costs.key(key))));
        }
        keys.sort(Comparator.comparingDouble((ProposedKey key) -> -key.saved()).thenComparing(ProposedKey::name));
        return new KeyProposal(
                List.copyOf(keys),
                without,
                Math.max(0, without - chosen.saved()),
                Math.max(0, without - Math.max(bound, chosen.saved())),
                costs::inWords);
    }

    /** The one that saves most first. */
    public List<ProposedKey> keys() {
        return keys;
    }

    public long bytes() {
        return keys.stream().mapToLong(ProposedKey::bytes).sum();
    }

    /** What all queries cost without a key. */
    public double costWithout() {
        return costWithout;
    }

    /** What all queries cost with these keys. */
    public double cost() {
        return cost;
    }

    /** No choice within the budget costs less than this. */
    public double leastCost() {
        return leastCost;
    }

    /** The certificate: at least this part, 0 to 1, of what the best choice within the budget would save. */
    public double certainty() {
        final double most = costWithout - leastCost;
        return most <= 0 ? 1 : Math.min(1, (costWithout - cost) / most);
    }

    /** The certificate in words. */
    public String certificate() {
        return "saves " + percent(costWithout == 0 ? 0 : 1 - cost / costWithout)
                + (certainty() > 1 - CLOSE
                        ? ", and no choice saves more"
                        : ", at least " + percent(certainty()) + " of the best possible");
    }

    /** A line for each key with its size and why, and the certificate. */
    public String report() {
        final StringBuilder text = new StringBuilder();
        final int width = Math.max(3, nameWidth());
        line(text, width, "key", "bytes", "saves", "why");
        for (final ProposedKey key : keys) {
            line(
                    text,
                    width,
                    key.name(),
                    String.format(Locale.ROOT, "%,d", key.bytes()),
                    percent(costWithout == 0 ? 0 : key.saved() / costWithout),
                    key.why());
        }
        text.append(String.format(
                Locale.ROOT,
                "%s of %,d bytes: cost %s, without any %s; %s%n",
                keys.size() == 1 ? "1 key" : keys.size() + " keys",
                bytes(),
                inWords.apply(cost),
                inWords.apply(costWithout),
                certificate()));
        return text.toString().replace("\r\n", "\n");
    }

    private static void line(StringBuilder text, int width, String name, String bytes, String saves, String why) {
        text.append(String.format(Locale.ROOT, "%-" + width + "s  %15s  %8s  %s\n", name, bytes, saves, why));
    }

    private int nameWidth() {
        return keys.stream().mapToInt(key -> key.name().length()).max().orElse(0);
    }

    /** Rounded down, so that 100 % is said of the best only. */
    static String percent(double part) {
        final double tenths = Math.floor(part * 1000 + 1e-6) / 10;
        return String.format(Locale.ROOT, tenths == Math.rint(tenths) ? "%.0f %%" : "%.1f %%", tenths);
    }

    static String number(double value) {
        if (value >= 1e15) {
            return String.format(Locale.ROOT, "%.3e", value);
        }
        return String.format(Locale.ROOT, value == Math.rint(value) || value >= 1000 ? "%,.0f" : "%.2f", value);
    }

    /** In the unit that leaves one to three digits before the point. */
    static String time(double ns) {
        if (ns < 1e3) {
            return String.format(Locale.ROOT, "%.0f ns", ns);
        }
        final boolean isShort = ns < 1e6;
        final double shown = isShort ? ns / 1e3 : ns < 1e9 ? ns / 1e6 : ns / 1e9;
        final String unit = isShort ? "µs" : ns < 1e9 ? "ms" : "s";
        return String.format(Locale.ROOT, shown < 10 ? "%.1f %s" : "%,.0f %s", shown, unit);
    }

    /** A line for each key: its name and the weight of the queries that take it. */
    @Override
    public String toString() {
        final StringBuilder text = new StringBuilder();
        final int width = nameWidth();
        for (final ProposedKey key : keys) {
            text.append(String.format(Locale.ROOT, "%-" + Math.max(1, width) + "s    serves ", key.name()))
                    .append(number(key.weight()).replace(",", ""))
                    .append('\n');
        }
        return text.toString();
    }
}
