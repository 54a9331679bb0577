package io.keyfarm.key.advice;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The prices with which {@link SavingBound} is least, but for little: its corners are rounded off, and less and less so, and each
 * round is a minimum found by Newton's method, as interior point methods do.
 *
 * <pre>
 *   Σ u(q) + λ + Σ over keys of soft( Σ over its ways of soft(saving − u) − λ · size )      soft(x) = t · log(1 + exp(x / t))
 * </pre>
 *
 * There are as many unknowns as queries and one more, however many keys: a step is a pass over the ways and a small system of
 * equations. Prices are prices, so however they came about, the bound they give holds.
 */
final class SmoothPrices {
    /** Equations beyond these cost more than they are worth. */
    static final int MOST_QUERIES = 400;

    private static final double COOLING = 0.5;
    private static final int STEPS_AT_A_TEMPERATURE = 8;
    private static final int MOST_HALVINGS = 12;
    /** Beyond so many temperatures from its corner, a soft function is the hard one. */
    private static final double HARD = 30;
    /** How fast the saving of two keys moves to the one that is wanted less. */
    private static final double TILT = 0.5;

    private final WorkloadCost costs;
    private byte[] states;
    private final int[] keys;
    private final double[] firstParts;
    /** Ways of two keys. */
    private final int[] joint;

    private final double[] sizes;
    private final int unknowns;
    private final double[] wanted;
    private final double[] slope;
    private final double[] gradient;
    private final double[][] curvature;
    private final int[] touched;
    private double temperature;

    /** @param firstParts by way of two keys: the part of its saving that the first key earns; bettered */
    SmoothPrices(WorkloadCost costs, KeyBudget budget, byte[] states, double[] firstParts) {
        this.costs = costs;
        this.states = states;
        this.firstParts = firstParts;
        keys = IntStream.range(0, costs.keyCount())
                .filter(key -> states[key] != SavingBound.OUT)
                .toArray();
        joint = IntStream.range(0, costs.wayCount())
                .filter(way -> costs.keysOf(way).length == 2)
                .toArray();
        sizes = new double[costs.keyCount()];
        wanted = new double[costs.keyCount()];
        unknowns = costs.queryCount() + 1;
        slope = new double[unknowns];
        gradient = new double[unknowns];
        curvature = new double[unknowns][unknowns];
        touched = new int[unknowns];
        setSizes(budget);
    }

    /** Of bytes, if they are what there is too little of; otherwise of places. */
    private void setSizes(KeyBudget budget) {
        double bytes = budget.maxBytes();
        double places = budget.maxKeys();
        double all = 0;
        for (final int key : keys) {
            final boolean isIn = states[key] == SavingBound.IN;
            bytes -= isIn ? costs.bytes(key) : 0;
            places -= isIn ? 1 : 0;
            all += isIn ? 0 : costs.bytes(key);
        }
        for (final int key : keys) {
            sizes[key] = all > bytes ? costs.bytes(key) / Math.max(1, bytes) : 1 / Math.max(1, places);
        }
    }

    /** How much the least bound wants the key, 0 to 1. */
    double wanted(int key) {
        return wanted[key];
    }

    /**
     * Betters the prices in place.
     *
     * @param first the temperature to begin with, in savings
     * @param last the one to end with
     */
    void better(double[] prices, double first, double last) {
        final double[] at = Arrays.copyOf(prices, unknowns);
        final double floor = Math.max(last, Double.MIN_NORMAL);
        for (int i = 0; i < at.length; i++) {
            at[i] = Math.max(at[i], floor);
        }
        at[unknowns - 1] = Math.max(first, floor);
        for (temperature = first; temperature >= floor; temperature *= COOLING) {
            double value = value(at, true);
            for (int step = 0; step < STEPS_AT_A_TEMPERATURE; step++) {
                final double[] move = newton();
                final double next = walk(at, move, value);
                final boolean isDone = !(value - next > temperature * 0.1);
                tilt(at);
                value = value(at, true);
                if (isDone) {
                    break;
                }
            }
        }
        System.arraycopy(at, 0, prices, 0, prices.length);
    }

    /** Moves as far as that helps, and never to where a price is 0; answers the value there. */
    private double walk(double[] at, double[] move, double value) {
        double reach = 1;
        for (int i = 0; i < unknowns; i++) {
            if (move[i] < 0) {
                reach = Math.min(reach, -0.95 * at[i] / move[i]);
            }
        }
        final double[] next = new double[unknowns];
        for (int halving = 0; halving < MOST_HALVINGS; halving++, reach /= 2) {
            for (int i = 0; i < unknowns; i++) {
                next[i] = at[i] + reach * move[i];
            }
            final double there = value(next, false);
            if (there < value) {
                System.arraycopy(next, 0, at, 0, unknowns);
                return there;
            }
        }
        return value;
    }

    /** The rounded bound, and if wanted its gradient and curvature. */
    private double value(double[] at, boolean withSlopes) {
        final int lambda = unknowns - 1;
        double sum = 0;
        for (int i = 0; i < unknowns; i++) {
            sum += at[i] - temperature * Math.log(at[i]);
            if (withSlopes) {
                Arrays.fill(curvature[i], 0);
                gradient[i] = 1 - temperature / at[i];
                curvature[i][i] = temperature / at[i] / at[i];
            }
        }
        for (final int key : keys) {
            double earned = states[key] == SavingBound.IN ? 0 : -at[lambda] * sizes[key];
            for (final int way : costs.waysOf(key)) {
                earned += isPossible(way) ? part(way, key) * soft(costs.saving(way) - at[costs.queryOf(way)]) : 0;
            }
            wanted[key] = states[key] == SavingBound.IN ? 1 : slopeOf(earned);
            sum += states[key] == SavingBound.IN ? earned : soft(earned);
            if (withSlopes && wanted[key] > 0) {
                addSlopes(key, at);
            }
        }
        return sum;
    }

    private void addSlopes(int key, double[] at) {
        int count = 0;
        for (final int way : costs.waysOf(key)) {
            final int query = costs.queryOf(way);
            final double above = slopeOf(costs.saving(way) - at[query]);
            final double taken = part(way, key) * above;
            if (taken == 0 || !isPossible(way)) {
                continue;
            }
            gradient[query] -= wanted[key] * taken;
            curvature[query][query] += wanted[key] * taken * (1 - above) / temperature;
            if (slope[query] == 0) {
                touched[count++] = query;
            }
            slope[query] -= taken;
        }
        if (states[key] != SavingBound.IN) {
            final int lambda = unknowns - 1;
            gradient[lambda] -= wanted[key] * sizes[key];
            touched[count++] = lambda;
            slope[lambda] = -sizes[key];
            final double bend = wanted[key] * (1 - wanted[key]) / temperature;
            for (int i = 0; i < count && bend > 0; i++) {
                for (int j = 0; j < count; j++) {
                    curvature[touched[i]][touched[j]] += bend * slope[touched[i]] * slope[touched[j]];
                }
            }
        }
        for (int i = 0; i < count; i++) {
            slope[touched[i]] = 0;
        }
    }

    private double soft(double value) {
        final double x = value / temperature;
        return x > HARD ? value : x < -HARD ? 0 : temperature * Math.log1p(Math.exp(x));
    }

    private double slopeOf(double value) {
        final double x = value / temperature;
        return x > HARD ? 1 : x < -HARD ? 0 : 1 / (1 + Math.exp(-x));
    }

    private double part(int way, int key) {
        final int[] needed = costs.keysOf(way);
        for (int i = 0; i < needed.length; i++) {
            if (needed[i] == key) {
                return i == 0 || needed.length > 2 ? firstParts[way] : 1 - firstParts[way];
            }
        }
        return 0;
    }

    private boolean isPossible(int way) {
        for (final int key : costs.keysOf(way)) {
            if (states[key] == SavingBound.OUT) {
                return false;
            }
        }
        return true;
    }

    /** What keys save together moves to the one that is wanted less: half a Newton step for each way by itself. */
    private void tilt(double[] at) {
        for (final int way : joint) {
            final double above = soft(costs.saving(way) - at[costs.queryOf(way)]);
            if (above > 0 && isPossible(way)) {
                final double first = wanted[costs.keysOf(way)[0]];
                final double second = wanted[costs.keysOf(way)[1]];
                final double bend = (first * (1 - first) + second * (1 - second)) * above / temperature;
                final double step = TILT * (first - second) / Math.max(1, bend);
                firstParts[way] = Math.min(1, Math.max(0, firstParts[way] - step));
            }
        }
    }

    /** Where the parabola that touches here is least, by Cholesky's decomposition. */
    private double[] newton() {
        final double[][] low = curvature;
        final double[] move = new double[unknowns];
        for (int i = 0; i < unknowns; i++) {
            double right = -gradient[i];
            for (int j = 0; j <= i; j++) {
                double sum = low[i][j] + (i == j ? low[i][i] * 1e-12 : 0);
                for (int k = 0; k < j; k++) {
                    sum -= low[i][k] * low[j][k];
                }
                low[i][j] = i == j ? Math.sqrt(Math.max(sum, Double.MIN_NORMAL)) : sum / low[j][j];
            }
            for (int j = 0; j < i; j++) {
                right -= low[i][j] * move[j];
            }
            move[i] = right / low[i][i];
        }
        for (int i = unknowns - 1; i >= 0; i--) {
            for (int j = i + 1; j < unknowns; j++) {
                move[i] -= low[j][i] * move[j];
            }
            move[i] /= low[i][i];
        }
        return move;
    }
}
