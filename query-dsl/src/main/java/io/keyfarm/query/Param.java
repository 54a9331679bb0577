package io.keyfarm.query;

import io.keyfarm.query.plan.Node;
import io.keyfarm.query.plan.Op;
import io.keyfarm.query.plan.Parameter;
import io.keyfarm.rows.Field;
import io.keyfarm.rows.FieldType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A value that each run of the query is given by name. Its type is that of the field it is compared with, unless it was
 * given one. Immutable.
 *
 * <p>An optional parameter may be left out of a run; then every condition that compares with it holds for every row, also
 * for nulls, and also where it stands under {@code not}: whoever says nothing of the state asks for all states.
 */
public final class Param {
    private final String name;
    private final @Nullable FieldType type;
    private final boolean optional;
    private final boolean set;

    private Param(String name, @Nullable FieldType type, boolean optional, boolean set) {
        this.name = name;
        this.type = type;
        this.optional = optional;
        this.set = set;
    }

    public static Param param(String name) {
        // A parameter is called as a field may be.
        return new Param(new Field(name, FieldType.BOOL, false).name(), null, false, false);
    }

    /** A parameter that can be compared with fields of this type only. */
    public static Param param(String name, FieldType type) {
        return new Param(new Field(name, type, false).name(), type, false, false);
    }

    public Param optional() {
        return new Param(name, type, true, set);
    }

    /** Any number of values, for {@link FieldRef#in} and {@link FieldRef#notIn}. */
    public Param set() {
        return new Param(name, type, optional, true);
    }

    /** Holds in a run that leaves the parameter out, which makes it optional: {@code d.isAbsent().or(state.is(d))}. */
    public Condition isAbsent() {
        return new Condition(Body.of(Node.parameter(Op.IS_ABSENT, 0), List.of(optional())));
    }

    public String name() {
        return name;
    }

    public boolean isOptional() {
        return optional;
    }

    public boolean isSet() {
        return set;
    }

    /** Null as long as no word said it. */
    @Nullable
    FieldType type() {
        return type;
    }

    Param typed(FieldType fieldType, String fieldName) {
        if (type != null && !type.equals(fieldType)) {
            throw new BadQueryException(
                    fieldName + " is compared with " + fieldType + ", but :" + name + " is " + type);
        }
        return new Param(name, fieldType, optional, set);
    }

    /** One parameter of what two places say of it. */
    Param with(Param that) {
        if (type != null && that.type != null && !type.equals(that.type)) {
            throw new BadQueryException(
                    ":" + name + " is " + type + " in one condition, but " + that.type + " in another");
        }
        // Asking whether it is absent says nothing of whether it is a set.
        if (set != that.set && type != null && that.type != null) {
            throw new BadQueryException(":" + name + " is one value in one condition, but a set in another");
        }
        return new Param(name, type != null ? type : that.type, optional || that.optional, set || that.set);
    }

    Parameter compiled() {
        if (type == null) {
            throw new BadQueryException(":" + name + " is compared with no field, so give it a type:" + " param(\""
                    + name + "\", FieldType.BOOL)");
        }
        return new Parameter(name, type, optional, set);
    }

    @Override
    public String toString() {
        return ":" + name + (optional ? "?" : "");
    }
}
