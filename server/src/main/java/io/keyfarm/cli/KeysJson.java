package io.keyfarm.cli;

import io.keyfarm.KeyEvent;
import io.keyfarm.KeyInForce;
import io.keyfarm.KeyReport;
import io.keyfarm.ShapeReport;
import io.keyfarm.TableKeyReport;
import io.keyfarm.key.advice.KeyChange;
import java.util.List;
import java.util.Locale;

/** A report of keys for programs. */
final class KeysJson {
    private final JsonText json = new JsonText();

    private KeysJson() {}

    /** @param done what the operator had done, in sentences */
    static String of(KeyReport report, List<String> done) {
        final KeysJson it = new KeysJson();
        it.report(report, done);
        return it.json.toString();
    }

    private void report(KeyReport report, List<String> done) {
        json.object();
        json.name("keyBytes").value(report.keyBytes());
        json.name("budgetBytes").value(report.budgetBytes());
        json.name("certificate").value(report.certificate());
        texts("done", done);
        json.name("tables").array();
        report.tables().forEach(this::table);
        json.end();
        json.name("history").array();
        report.history().forEach(this::event);
        json.end().end();
    }

    private void table(TableKeyReport table) {
        json.object();
        json.name("table").value(table.table());
        json.name("rows").value(table.rows());
        json.name("fields").object();
        table.fields().forEach((field, count) -> json.name(field).value(count));
        json.end();
        json.name("shapes").array();
        table.shapes().forEach(this::shape);
        json.end();
        json.name("keys").array();
        table.keys().forEach(this::key);
        json.end();
        json.name("mayCome").array();
        table.open().forEach(this::change);
        json.end().end();
    }

    private void shape(ShapeReport shape) {
        json.object();
        json.name("shape").value(shape.shape());
        json.name("count").value(shape.count());
        json.name("costNs").value(shape.costNs());
        json.name("costWithoutNs").value(shape.costWithoutNs());
        json.end();
    }

    private void key(KeyInForce key) {
        json.object();
        json.name("key").value(key.name());
        json.name("bytes").value(key.bytes());
        json.name("isPinned").value(key.isPinned());
        json.name("uses").value(key.uses());
        json.name("rowsExamined").value(key.rowsExamined());
        json.name("saves").value(key.saves());
        json.name("why").value(key.why());
        json.end();
    }

    private void change(KeyChange change) {
        json.object();
        json.name("key").value(withoutTable(change.key()));
        texts("leaving", change.leaving());
        json.name("balanceNs").value(change.balance());
        json.name("priceNs").value(change.price());
        json.end();
    }

    private void event(KeyEvent event) {
        json.object();
        json.name("at").value(event.at().toString());
        json.name("table").value(event.table());
        json.name("what").value(event.what().toLowerCase(Locale.ROOT));
        json.name("key").value(event.key());
        json.name("why").value(event.why());
        json.end();
    }

    private void texts(String name, List<String> texts) {
        json.name(name).array();
        texts.forEach(json::value);
        json.end();
    }

    private static String withoutTable(String key) {
        return key.substring(key.indexOf(": ") + 2);
    }
}
