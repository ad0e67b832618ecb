import { codePointLength } from "@greenroom/shared/ot/text-operation.ts";
import { maxDocumentCharacters } from "@greenroom/shared/ot/validate-operation.ts";
import { maxFilesInProject } from "@greenroom/shared/protocol/file.ts";
import { maxFrameBytes } from "@greenroom/shared/protocol/version.ts";
import { fileNameFault } from "./file-name.ts";
import type { PickedFile } from "./picked-files.ts";
import type { Project } from "./project.ts";

/** Of a frame, for all that is not the text. */
const frameRestBytes = 2_048;
const encoder = new TextEncoder();
const boundText = `a file has room for ${maxDocumentCharacters.toLocaleString("en")} characters`;

/** Adds what is text and has room to the project. @returns what is to be said of the rest; undefined when all is well */
export async function bringIn(project: Project, picked: readonly PickedFile[]): Promise<string | undefined> {
  const problems: string[] = [];
  const added: { documentId: string; path: string }[] = [];
  for (const { path, file } of picked) {
    const others = [...(project.view.get()?.files ?? []), ...added];
    const read = others.length >= maxFilesInProject ? { fault: tooMany } : await readText(file);
    const fault = "fault" in read ? read.fault : fileNameFault(path, others);
    if (fault !== undefined) problems.push(`${path}: ${fault}`);
    else if ("text" in read) {
      // Without a connection the rest fares no better.
      if (!project.add(path, read.text, picked.length === 1)) return undefined;
      added.push({ documentId: path, path });
    }
  }
  if (problems.length === 0) return picked.length === 0 ? "There was no file in what was dropped." : undefined;
  const count = added.length === 0 ? "Nothing was added." : `${added.length} of ${picked.length} files were added.`;
  return [count, ...problems.slice(0, 3), ...(problems.length > 3 ? [`And ${problems.length - 3} more.`] : [])].join(
    " ",
  );
}

const tooMany = `a project has ${maxFilesInProject} files at the most.`;

async function readText(file: File): Promise<{ text: string } | { fault: string }> {
  const tooLarge = { fault: `it is too large: ${boundText}.` };
  // In bytes, of which a character has four at the most.
  if (file.size > 4 * maxDocumentCharacters) return tooLarge;
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer());
    if (text.includes("\0")) return { fault: "it is not text." };
    const bytes = encoder.encode(JSON.stringify(text)).length;
    const isTooLarge = codePointLength(text) > maxDocumentCharacters || bytes > maxFrameBytes - frameRestBytes;
    return isTooLarge ? tooLarge : { text };
  } catch (error) {
    return { fault: error instanceof TypeError ? "it is not text." : "it could not be read." };
  }
}
