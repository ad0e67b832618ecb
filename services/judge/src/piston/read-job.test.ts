import { defaultRunLimits } from "@greenroom/shared/jobs/limits.ts";
import { filePathPattern } from "@greenroom/shared/jobs/program.ts";
import { getLanguage, languages } from "@greenroom/shared/languages.ts";
import { valid } from "semver";
import { expect, it } from "vitest";
import { readJob } from "./read-job.ts";
import { findLanguage, pistonRuntime } from "./runtimes.ts";

const hello = { language: "python", version: "*", files: [{ content: "print()" }] };
const read = (more: object) => readJob({ ...hello, ...more }, languages);

/** The words of Piston's own source, which its clients show and look for. */
it.each<[unknown, string]>([
  [undefined, "language is required as a string"],
  [null, "language is required as a string"],
  ["text", "language is required as a string"],
  [[], "language is required as a string"],
  [{ language: 7 }, "language is required as a string"],
  [{ language: "python" }, "version is required as a string"],
  [{ language: "python", version: 3 }, "version is required as a string"],
  [{ language: "python", version: "*" }, "files is required as an array"],
  [{ ...hello, files: { 0: hello.files[0] } }, "files is required as an array"],
  [{ ...hello, files: [{ content: "" }, {}] }, "files[1].content is required as a string"],
  [{ ...hello, files: [null] }, "files[0].content is required as a string"],
  [{ ...hello, language: "cobra" }, "cobra-* runtime is unknown"],
  [{ ...hello, language: "__proto__" }, "__proto__-* runtime is unknown"],
  [{ ...hello, version: "2.x" }, "python-2.x runtime is unknown"],
  [{ ...hello, version: "$(id)" }, "python-$(id) runtime is unknown"],
  [{ ...hello, files: [] }, "files must include at least one utf8 encoded file"],
  [{ ...hello, files: [{ content: "", encoding: "hex" }] }, "files must include at least one utf8 encoded file"],
  [{ ...hello, run_timeout: "1000" }, "If specified, run_timeout must be a number"],
  [{ ...hello, compile_memory_limit: {} }, "If specified, compile_memory_limit must be a number"],
  [{ ...hello, run_timeout: 120_001 }, "run_timeout cannot exceed the configured limit of 120000"],
  [{ ...hello, run_cpu_time: 1e300 }, "run_cpu_time cannot exceed the configured limit of 60000"],
  [{ ...hello, run_memory_limit: 2 ** 31 }, "run_memory_limit cannot exceed the configured limit of 1073741824"],
  [{ ...hello, compile_timeout: -1 }, "compile_timeout must be non-negative"],
])("refuses %j as Piston does", (body, message) => {
  expect(() => readJob(body, languages)).toThrow(expect.objectContaining({ code: "bad-request", message }) as Error);
});

it.each<[object, RegExp]>([
  [{ files: [{ name: 7, content: "" }] }, /name must be a string/],
  [
    { files: [...hello.files, { name: "../x", content: "" }] },
    /File path "..\/x" tries to escape parent directory: ..\/x/,
  ],
  [{ files: [...hello.files, { name: "a/../../x", content: "" }] }, /tries to escape/],
  [{ files: [...hello.files, { name: "a\nb", content: "" }] }, /cannot be used/],
  [{ files: [...hello.files, { name: "a\\b", content: "" }] }, /cannot be used/],
  [{ files: [...hello.files, { name: "x".repeat(300), content: "" }] }, /cannot be used/],
  [{ files: [...hello.files, { name: "a/b/c/d/e/f/g/h/i", content: "" }] }, /cannot be used/],
  [{ files: Array.from({ length: 257 }, () => hello.files[0]) }, /no more than 256/],
  [{ stdin: 7 }, /stdin must be a string/],
  [{ stdin: "x".repeat(256 * 1024) }, /stdin must be no more/],
  [{ args: "a b" }, /args must be/],
  [{ args: [1] }, /args must be/],
  [{ args: ["a\0b"] }, /args must be/],
  [{ args: Array.from({ length: 129 }, () => "") }, /args must be/],
])("refuses %j, which Piston would fail on later", (more, message) => {
  expect(() => read(more)).toThrow(message);
});

it("means by nothing said what Piston means: three seconds to run, ten to compile, no limit of memory but ours", () => {
  const { limits, stdin, arguments: args } = read({});
  expect(limits.run).toMatchObject({ wallMs: 3_000, cpuMs: 3_000, memoryKib: 1024 * 1024, openFiles: 1024 });
  expect(limits.compile).toMatchObject({ wallMs: 10_000, cpuMs: 10_000, memoryKib: 2048 * 1024 });
  expect(limits.run.outputBytes).toBe(defaultRunLimits.outputBytes);
  expect([stdin, args]).toEqual(["\n", []]);
  expect(read({ run_timeout: 0, run_memory_limit: -1, args: null, stdin: null }).limits).toEqual(limits);
});

it("takes limits in milliseconds and bytes, and no less than can be kept to", () => {
  const { run, compile } = read({
    run_timeout: 1500.5,
    run_cpu_time: 700,
    run_memory_limit: 64 * 1024 * 1024,
    compile_timeout: 1,
    compile_memory_limit: 1,
  }).limits;
  expect(run).toMatchObject({ wallMs: 1501, cpuMs: 700, memoryKib: 64 * 1024 });
  expect(compile).toMatchObject({ wallMs: 100, cpuMs: 10_000, memoryKib: 16 * 1024 });
});

it("ends stdin with a line break, as Piston does", () => {
  expect(read({ stdin: "a" }).stdin).toBe("a\n");
  expect(read({ stdin: "a\n" }).stdin).toBe("a\n");
});

it("makes the first file of text the program, gives it an ending that its compiler knows, and names the nameless", () => {
  const files = [
    { name: "in.bin", content: "AAE=", encoding: "base64" },
    { name: "prog", content: "1" },
    { content: "00ff", encoding: "hex" },
    { name: "/lib/./x.py", content: "2", encoding: "latin1" },
  ];
  expect(read({ files }).files).toEqual([
    { name: "main.py", content: "1" },
    { name: "in.bin", content: "AAE=", encoding: "base64" },
    { name: "file2.code", content: "AP8=", encoding: "base64" },
    { name: "lib/x.py", content: "2" },
  ]);
  expect(read({ language: "java", files: [{ name: "Solution.java", content: "" }] }).files[0]?.name).toBe(
    "Solution.java",
  );
});

it("describes every language with a version of Semantic Versioning, and no name twice", () => {
  const runtimes = languages.map(pistonRuntime);
  for (const { language, version } of runtimes) expect([language, valid(version)]).toEqual([language, version]);
  const names = runtimes.flatMap(({ language, aliases }) => [language, ...aliases]);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  expect(names.filter((name) => !new RegExp(filePathPattern).test(name))).toEqual([]);
});

it("finds a language by name, alias and selector", () => {
  const python = getLanguage("python");
  for (const [name, selector] of [
    ["python", "*"],
    ["py", "3.x"],
    ["python3", `^${python.version}`],
    ["python", `>=3 <4`],
    ["python", pistonRuntime(python).version],
  ] as const)
    expect(findLanguage(languages, name, selector)?.id).toBe("python");
  expect(findLanguage(languages, "Python", "*")).toBeUndefined();
  expect(findLanguage(languages, "c++", "*")?.id).toBe("cpp");
  expect(findLanguage([], "python", "*")).toBeUndefined();
});
