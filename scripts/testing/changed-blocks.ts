/**
 * The languages whose blocks differ between two versions of a file: a row of data, a key of an object, or a constant of
 * that name. What is in no language's block, such as a function that several use, is all of theirs; undefined when the
 * file has no blocks of languages at all.
 */
export function changedBlocks(before: string, now: string, ids: readonly string[]): readonly string[] | undefined {
  const [old, recent] = [split(before, ids), split(now, ids)];
  const all = [...new Set([...old.blocks.keys(), ...recent.blocks.keys()])];
  if (all.length === 0) return undefined;
  if (old.rest !== recent.rest) return all;
  return all.filter((id) => old.blocks.get(id) !== recent.blocks.get(id));
}

/** The formatter has seen to it that a block ends where something closes as far to the left as it began. */
function split(text: string, ids: readonly string[]): { blocks: Map<string, string>; rest: string } {
  const names = ids.join("|");
  const block = new RegExp(
    [
      `^ {2}\\{\\n {4}id: "(?<row>${names})",$[\\s\\S]*?^ {2}\\},$`,
      `^ {2}(?<key>${names}): \\{$[\\s\\S]*?^ {2}\\},$`,
      `^(?:export )?const (?<constant>${names})\\b(?:.*;$|[\\s\\S]*?^[}\\])]+;$)`,
    ].join("|"),
    "gm",
  );
  const blocks = new Map<string, string>();
  for (const { 0: found, groups } of text.matchAll(block)) {
    const id = groups?.["row"] ?? groups?.["key"] ?? groups?.["constant"];
    if (id !== undefined) blocks.set(id, found);
  }
  return { blocks, rest: text.replace(block, "").replace(/\n{2,}/g, "\n") };
}
