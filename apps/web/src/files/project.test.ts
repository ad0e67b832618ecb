import type { ProjectFile } from "@greenroom/shared/protocol/file.ts";
import type { UpFrame } from "@greenroom/shared/protocol/up.ts";
import { describe, expect, it } from "vitest";
import { bringIn } from "./bring-in.ts";
import { Project } from "./project.ts";

const entry: ProjectFile = { documentId: "entry", path: "main.py" };
const util: ProjectFile = { documentId: "util", path: "lib/util.py" };

function open(...files: ProjectFile[]) {
  const sent: UpFrame[] = [];
  const said: string[] = [];
  const shown: string[] = [];
  const gone: string[] = [];
  const wire = { isOpen: true };
  let made = 0;
  const project = new Project({
    newId: () => `new-${++made}`,
    send: (frame) => {
      if (wire.isOpen) sent.push(frame);
      return wire.isOpen;
    },
    say: (text) => said.push(text),
    show: (documentId) => shown.push(documentId),
    gone: (documentId) => gone.push(documentId),
  });
  const listed = (...documents: ProjectFile[]) => ({ documentId: entry.documentId, documents });
  const welcome = (documents: ProjectFile[], lookedAt: string | null = null) =>
    project.connected({ ...listed(...documents), language: "python" }, lookedAt);
  welcome([entry, ...files]);
  return { project, sent, said, shown, gone, wire, listed, welcome };
}

describe("which file a page shows", () => {
  it("is the entry at first, and one's own choice from then on", () => {
    const { project, shown, listed } = open(util);
    expect(shown).toEqual(["entry"]);
    project.choose("util");
    project.choose("nowhere");
    project.changed(listed(entry, util, { documentId: "x", path: "x" }), "Ada");
    expect(shown).toEqual(["entry", "util"]);
  });

  it("after a reload is the one before it, as long as it is there", () => {
    const { project } = open();
    const again = new Project({ newId: () => "", send: () => true, say: () => {}, show: () => {}, gone: () => {} });
    again.connected({ documentId: "entry", documents: [entry, util], language: "python" }, "util");
    expect(again.view.get()?.shownId).toBe("util");
    project.connected({ documentId: "entry", documents: [entry], language: "python" }, "util");
    expect(project.view.get()?.shownId).toBe("entry");
  });

  it("[F3] is the entry again when somebody deletes it, and one is told who did", () => {
    const { project, shown, said, gone, listed } = open(util);
    project.choose("util");
    project.changed(listed(entry), "Ada");
    expect(shown).toEqual(["entry", "util", "entry"]);
    expect(gone).toEqual(["util"]);
    expect(said).toEqual(["lib/util.py was deleted by Ada. You are in main.py now."]);
  });

  it("is the entry of another language without a word: nothing was deleted", () => {
    const { project, shown, said, gone } = open(util);
    project.choose("util");
    project.changed(
      { documentId: "other", documents: [{ documentId: "other", path: "main.go" }], language: "go" },
      "Ada",
    );
    expect(shown.at(-1)).toBe("other");
    expect([said, gone]).toEqual([[], []]);
  });

  it("is one's own new file once it is there", () => {
    const { project, shown, listed } = open();
    project.add("new.py", "", true);
    expect(shown).toEqual(["entry"]);
    project.changed(listed(entry, { documentId: "new-1", path: "new.py" }), "you");
    expect(shown).toEqual(["entry", "new-1"]);
  });
});

describe("files that are added", () => {
  it("[F1] are sent again under the same id after a reconnect, unless they are there", () => {
    const { project, sent, welcome } = open();
    project.add("a.py", "1", false);
    project.add("b.py", "2", false);
    welcome([entry, { documentId: "new-1", path: "a.py" }]);
    expect(sent.map((frame) => frame.type === "file.add" && frame.documentId)).toEqual(["new-1", "new-2", "new-2"]);
  });

  it("are refused with their name and the reason", () => {
    const { project, said } = open();
    project.add("a.py", "1", false);
    const isOurs = project.refused({
      type: "error",
      refused: "file.add",
      documentId: "new-1",
      code: "path-taken",
      message: "",
    });
    expect(isOurs).toBe(true);
    expect(said).toEqual(["a.py was not added: there is a file, or a folder, of this name."]);
  });

  it("are not added without a connection, and one is told", () => {
    const { project, said, wire } = open();
    wire.isOpen = false;
    expect(project.add("a.py", "1", false)).toBe(false);
    expect(said).toEqual(["a.py was not added: there is no connection."]);
  });

  it("from a device are text, and what is not is told", async () => {
    const { project, sent } = open();
    const picked = [
      { path: "lib/a.py", file: new File(["x = 'ü'"], "a.py") },
      { path: "lib", file: new File(["a folder has this name"], "lib") },
      { path: "photo.bin", file: new File([new Uint8Array([0xff, 0xd8, 0])], "photo.bin") },
      { path: "big.txt", file: new File(["x".repeat(1024 * 1024 + 1)], "big.txt") },
    ];
    const said = await bringIn(project, picked);
    expect(sent).toMatchObject([{ type: "file.add", path: "lib/a.py", text: "x = 'ü'" }]);
    expect(said).toContain("1 of 4 files were added.");
    expect(said).toContain("lib: There is a file, or a folder, of this name.");
    expect(said).toContain("photo.bin: it is not text.");
    expect(said).toContain("big.txt: it is too large");
  });
});
