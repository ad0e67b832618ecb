import { defaultRunLimits } from "@greenroom/shared/jobs/limits.ts";
import { describe, expect, test } from "vitest";
import { java } from "./java.ts";

function isLimited(source: string, ...others: readonly string[]): boolean {
  const files = ["Main.java", ...others.map((_, index) => `Other${index}.java`)];
  const facts = { entry: "Main.java", files, source, others, limits: defaultRunLimits, arguments: [] };
  return java.compile?.(facts).argv.includes("--limit-modules") ?? false;
}

describe("the compiler of Java is told of java.base alone", () => {
  test.each([
    "class Main {}",
    "import java.util.*;\nimport java.io.IOException;\nimport static java.lang.Math.*;",
    "import java.util.function.Function; import java.net.URI; import java.lang.reflect.Method;",
    "class Main { java.util.List<java.math.BigInteger> all; }",
  ])("for %j", (source) => {
    expect(isLimited(source)).toBe(true);
  });

  test.each([
    "import java.sql.Connection;",
    "import java.util.logging.Logger;",
    "import java.util . logging.Logger;",
    "import java.util./* */logging.Logger;",
    "import java . util.logging.Logger;",
    "import java.net.http.HttpClient;",
    "import java.lang.management.ManagementFactory;",
    "import javax.swing.*;",
    "import com.sun.net.httpserver.HttpServer;",
    "import org.w3c.dom.Document;",
    "import jdk.jfr.Event;",
    "import module java.desktop;",
    "import j\\u0061va.sql.Connection;",
  ])("and not for %j", (source) => {
    expect(isLimited(source)).toBe(false);
  });

  test("and not when it is another file that names more", () => {
    expect(isLimited("class Main {}", "import java.sql.Connection;")).toBe(false);
  });
});
