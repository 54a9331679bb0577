package io.keyfarm.query;

import io.keyfarm.query.plan.ExpressionList;
import io.keyfarm.query.plan.InputField;
import io.keyfarm.query.plan.Node;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** Bodies of words made expressions of a step. */
final class FlowExpressions {
    private FlowExpressions() {}

    /**
     * @param params of the whole query; those that are new are added
     * @param inputs which field of which side a field of a table is by now
     */
    static ExpressionList compile(
            List<Param> params, List<Body> bodies, List<String> names, Function<Body.Use, InputField> inputs) {
        final List<Body.Use> uses = new ArrayList<>();
        final List<Param> own = new ArrayList<>();
        final List<Node> nodes = new ArrayList<>();
        for (final Body body : bodies) {
            final int[] fieldPlaces = new int[body.fields().size()];
            Arrays.setAll(fieldPlaces, i -> Body.mergeField(uses, body.fields().get(i)));
            final int[] paramPlaces = new int[body.params().size()];
            Arrays.setAll(paramPlaces, i -> Body.mergeParam(own, body.params().get(i)));
            final int shift = nodes.size();
            body.nodes().forEach(node -> nodes.add(node.moved(shift, fieldPlaces, paramPlaces)));
        }
        own.forEach(param -> Body.mergeParam(params, param));
        return ExpressionList.of(
                uses.stream().map(inputs).toList(),
                own.stream().map(Param::compiled).toList(),
                nodes,
                names);
    }
}
