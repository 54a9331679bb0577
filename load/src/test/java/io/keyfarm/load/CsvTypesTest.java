package io.keyfarm.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CsvTypesTest {
    @TempDir
    Path directory;

    /** The values of one column, apart from each other by blanks; '-' for an empty field. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1 20 -3                                      | int32",
                "2147483647 -2147483648                       | int32",
                "2147483648                                   | int64",
                "-2147483649                                  | int64",
                "9223372036854775807 -9223372036854775808     | int64",
                "9223372036854775808                          | varchar",
                "-9223372036854775809                         | varchar",
                "9999999999999999999                          | varchar",
                "18446744073709551617 1                       | varchar",
                "123456789012345678901234567890               | varchar",
                "1 - 3                                        | int32 null",
                "1 \\N 3                                      | int32 null",
                "0 -0                                         | int32",
                "007 8                                        | varchar",
                "+49 1                                        | varchar",
                "1 2.50 -0.5                                  | decimal(18,2)",
                "0.1234                                       | decimal(18,4)",
                "0.12345                                      | float64",
                "99999999999999999.5 0.25                     | float64",
                "9999999999999999.25                          | decimal(18,2)",
                ".5 5.                                        | decimal(18,1)",
                "1e9 2                                        | float64",
                "1e400                                        | varchar",
                "1e                                           | varchar",
                "1.5 NaN -Infinity                            | float64",
                "1.2.3                                        | varchar",
                "-                                            | varchar null",
                "- \"\"                                       | varchar null",
                "\"\" \"\"                                    | varchar",
                "\"\" 7                                       | int32 null",
                "\"7\" 8                                      | int32",
                "true False TRUE                              | bool",
                "t f                                          | varchar",
                "true 1                                       | varchar",
                "2024-01-31 2024-02-29                        | date",
                "2024-02-30                                   | varchar",
                "2024-1-31                                    | varchar",
                "2024-01-31T12:00 2024-01-31T12:00:00.5Z      | timestamp",
                "2024-01-31 2024-01-31T12:00:00+01:00         | timestamp",
                "2024-01-31T25:00                             | varchar",
                "2024-01-31 12                                | varchar",
                "12:30:00                                     | varchar",
            })
    void shouldFindTheTypeThatHoldsEveryValue(String values, String type) throws IOException {
        final String column = values.strip().replaceAll("(^| )-(?= |$)", "$1,").replaceAll(" +", "\n");
        // A second column, so that an empty field is no empty line.
        final StringBuilder file = new StringBuilder("v,other\n");
        for (final String value : column.split("\n")) {
            file.append(value.equals(",") ? "" : value).append(",x\n");
        }
        assertEquals(
                "v " + type + ", other varchar",
                Rows.fields(Csv.of(Rows.write(directory, "types.csv", file.toString()))));
    }

    @Test
    void shouldReadWhatItFound() throws IOException {
        final Csv csv = Csv.of(Rows.write(directory, "found.csv", """
                id,big,price,ratio,ok,day,at,name
                1,5000000000,2.5,0.123456,true,2024-01-31,2024-01-31 12:00,Zürich
                2,-1,-10,1e-3,FALSE,1969-12-31,1969-12-31,
                """));
        assertEquals(
                "found: id int32, big int64, price decimal(18,1), ratio float64, ok bool, day date, at timestamp,"
                        + " name varchar null",
                csv.schema().toString());
        assertEquals("""
                [1, 5000000000, 2.5, 0.123456, true, 2024-01-31, 2024-01-31T12:00:00Z, Zürich]
                [2, -1, -10.0, 0.001, false, 1969-12-31, 1969-12-31T00:00:00Z, null]
                """, Rows.text(csv));
    }

    @Test
    void shouldTakeTheTypesItIsGiven() throws IOException {
        final Path file = Rows.write(directory, "given.csv", "Zip Code,price,note\n501,3,5\n,4,6\n");
        final Csv csv = Csv.of(file)
                .type("Zip Code", "char(5)")
                .type("price", "decimal(12,2)")
                .type("note", "varchar null");
        assertEquals("zip_code char(5) null, price decimal(12,2), note varchar null", Rows.fields(csv));
        assertEquals("[501, 3.00, 5]\n[null, 4.00, 6]\n", Rows.text(csv));

        final LoadException e = assertThrows(
                LoadException.class, () -> Csv.of(file).type("zap", "int8").schema());
        assertEquals(
                file + ": there is no column 'zap' to give a type; the columns are zip_code, price, note",
                e.getMessage());
    }

    @Test
    void shouldNotLetLinesThatAreLeftOutSpoilTheTypes() throws IOException {
        final Path file = Rows.write(directory, "totals.csv", "a,b\n1,2\n3,4\ntotal of all\n");
        final Csv csv = Csv.of(file).onError(OnError.SKIP);
        assertEquals("a int32, b int32", Rows.fields(csv));
        assertEquals("[1, 2]\n[3, 4]\n", Rows.text(csv));
    }
}
