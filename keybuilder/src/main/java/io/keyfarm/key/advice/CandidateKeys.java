package io.keyfarm.key.advice;

import io.keyfarm.key.KeySpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Keys worth a look, for the shapes that queries have.
 *
 * <pre>
 *   state make{4} price..     state.make  make.state  state.make.price  make.state.price
 *   state zip                 state.zip  zip.state
 *   state, state zip, a b     chains: state.zip serves both; of orders, those that begin with what others ask for
 *   zip, and state has few    state.zip: the seek loop skips from state to state
 * </pre>
 *
 * All orders of up to three fields; of more, those that begin with each field and go on by how much a field tells, or by how often it
 * is asked for. Bounded; shapes that weigh most come first.
 */
public final class CandidateKeys {
    /** A field of so few values can lead a key that is asked for the fields behind it. */
    public static final int FEW_VALUES = 32;

    private static final int ALL_ORDERS = 3;
    private static final int MAX_CHAIN_LINKS = 6;

    private final ToDoubleFunction<String> distinctValues;
    private final int most;
    private final Map<String, Double> weights = new TreeMap<>();
    private final Set<List<String>> found = new LinkedHashSet<>();

    private CandidateKeys(ToDoubleFunction<String> distinctValues, int most) {
        this.distinctValues = distinctValues;
        this.most = most;
    }

    /**
     * @param shapes with their weights
     * @param distinctValues of a field
     * @param most so many keys at most
     */
    public static List<KeySpec> of(Map<Shape, Double> shapes, ToDoubleFunction<String> distinctValues, int most) {
        final CandidateKeys keys = new CandidateKeys(distinctValues, most);
        final List<Shape> ranked = new ArrayList<>(shapes.keySet());
        ranked.sort(Comparator.comparingDouble((Shape shape) -> -shapes.getOrDefault(shape, 0.0))
                .thenComparing(Comparator.naturalOrder()));
        for (final Shape shape : ranked) {
            for (final String field : shape.fields()) {
                keys.weights.merge(field, shapes.getOrDefault(shape, 0.0), Double::sum);
            }
        }
        // First what each shape wants for itself, so that a bound leaves out refinements, not shapes.
        ranked.forEach(keys::addOrders);
        ranked.forEach(shape -> keys.addChains(shape, ranked));
        ranked.forEach(keys::addLeads);
        return keys.found.stream()
                .map(fields -> KeySpec.of(fields.toArray(String[]::new)))
                .toList();
    }

    private void addOrders(Shape shape) {
        for (final List<String> order : orders(shape.pointFields())) {
            add(order);
            for (final String range : shape.rangeFields()) {
                add(with(order, List.of(range)));
            }
        }
    }

    /** Orders of the fields: all, or some for each leading field. */
    private List<List<String>> orders(List<String> fields) {
        final Set<List<String>> orders = new LinkedHashSet<>();
        if (fields.size() <= ALL_ORDERS) {
            permute(fields, orders);
            return new ArrayList<>(orders);
        }
        for (final Comparator<String> rule : rules()) {
            final List<String> ranked = fields.stream().sorted(rule).toList();
            orders.add(ranked);
            for (final String lead : ranked) {
                orders.add(with(List.of(lead), ranked));
            }
        }
        return new ArrayList<>(orders);
    }

    private List<Comparator<String>> rules() {
        final Comparator<String> byName = Comparator.naturalOrder();
        return List.of(
                Comparator.comparingDouble((String field) -> -weights.getOrDefault(field, 0.0))
                        .thenComparing(byName),
                Comparator.comparingDouble((String field) -> -distinctValues.applyAsDouble(field))
                        .thenComparing(byName),
                Comparator.comparingDouble(distinctValues).thenComparing(byName));
    }

    private static void permute(List<String> fields, Set<List<String>> orders) {
        List<List<String>> partial = List.of(List.of());
        for (final String field : fields) {
            final List<List<String>> longer = new ArrayList<>();
            for (final List<String> order : partial) {
                for (int at = 0; at <= order.size(); at++) {
                    final List<String> next = new ArrayList<>(order);
                    next.add(at, field);
                    longer.add(next);
                }
            }
            partial = longer;
        }
        orders.addAll(partial);
    }

    /** From a shape on to one that asks for its fields and more, and so on: one key for all of them. */
    private void addChains(Shape first, List<Shape> shapes) {
        for (final List<String> order : orders(first.pointFields())) {
            for (final Shape next : shapes) {
                if (!order.isEmpty() && isWithin(order, next)) {
                    addChain(with(order, orders(rest(next, order)).get(0)), next, shapes);
                    for (final List<String> rest : orders(rest(next, order))) {
                        add(with(order, rest));
                        next.rangeFields().forEach(range -> add(with(with(order, rest), List.of(range))));
                    }
                }
            }
        }
    }

    private void addChain(List<String> start, Shape last, List<Shape> shapes) {
        List<String> order = start;
        Shape link = last;
        for (int i = 0; i < MAX_CHAIN_LINKS; i++) {
            final Shape next = nextLink(order, shapes);
            if (next == null) {
                break;
            }
            order = with(order, orders(rest(next, order)).get(0));
            link = next;
            add(order);
        }
        for (final String range : link.rangeFields()) {
            add(with(order, List.of(range)));
        }
    }

    private static @Nullable Shape nextLink(List<String> order, Collection<Shape> shapes) {
        for (final Shape shape : shapes) {
            if (isWithin(order, shape)) {
                return shape;
            }
        }
        return null;
    }

    /** Whether the shape asks for values of all these fields, and of more. */
    private static boolean isWithin(List<String> order, Shape shape) {
        final List<String> points = shape.pointFields();
        return points.size() > order.size() && points.containsAll(order);
    }

    private static List<String> rest(Shape shape, List<String> order) {
        return shape.pointFields().stream()
                .filter(field -> !order.contains(field))
                .toList();
    }

    private void addLeads(Shape shape) {
        for (final String lead : weights.keySet()) {
            if (distinctValues.applyAsDouble(lead) > FEW_VALUES
                    || shape.fields().contains(lead)) {
                continue;
            }
            for (final List<String> order : orders(shape.pointFields())) {
                add(with(List.of(lead), order));
                for (final String range : shape.rangeFields()) {
                    add(with(with(List.of(lead), order), List.of(range)));
                }
            }
        }
    }

    private static List<String> with(List<String> first, List<String> more) {
        final Set<String> all = new LinkedHashSet<>(first);
        all.addAll(more);
        return List.copyOf(all);
    }

    private void add(List<String> fields) {
        if (!fields.isEmpty() && fields.size() <= KeySpec.MAX_FIELDS && found.size() < most) {
            found.add(fields);
        }
    }
}
