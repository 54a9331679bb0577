package io.keyfarm.cli;

import io.keyfarm.farmer.Prepared;
import io.keyfarm.query.plan.Parameter;
import io.keyfarm.query.plan.Parameters;
import io.keyfarm.query.plan.Plan;
import io.keyfarm.rows.BadValueException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.agrona.ExpandableArrayBuffer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** {@code --param name=value}, each read as its parameter's type. */
final class PlanParameters {
    private final Map<String, Object> values;

    private PlanParameters(Map<String, Object> values) {
        this.values = values;
    }

    /** @throws ParameterException naming the parameter that is missing, unknown or no value of its type */
    static PlanParameters parse(CommandSpec spec, Plan plan, List<String> given) {
        try {
            final Map<String, Object> values = values(plan, given);
            final Parameters trial = new Parameters(plan.parameters());
            values.forEach(trial::set);
            trial.encode(new ExpandableArrayBuffer(), 0);
            return new PlanParameters(values);
        } catch (BadValueException e) {
            throw new ParameterException(spec.commandLine(), "--param " + Printable.of(String.valueOf(e.getMessage())));
        }
    }

    private static Map<String, Object> values(Plan plan, List<String> given) {
        final Parameters known = new Parameters(plan.parameters());
        final Map<String, Object> values = new LinkedHashMap<>();
        for (final String text : given) {
            final int equals = text.indexOf('=');
            if (equals < 1) {
                throw new BadValueException("is NAME=VALUE, not '" + text + "'");
            }
            final String name = text.substring(0, equals);
            final String value = text.substring(equals + 1);
            final Parameter parameter = plan.parameters().get(known.indexOf(name));
            if (parameter.set()) {
                @SuppressWarnings("unchecked") // Only what the next line put there.
                final List<String> all = (List<String>) values.computeIfAbsent(name, first -> new ArrayList<String>());
                all.add(value);
            } else if (values.put(name, value) != null) {
                throw new BadValueException(name + " is one value, not a set, but is given twice");
            }
        }
        return values;
    }

    void set(Prepared query) {
        values.forEach(query::set);
    }
}
