import type { LanguageId } from "@greenroom/shared/languages.ts";
import type { Utf16Edit } from "@greenroom/shared/ot/utf16.ts";

export interface FormatRequest {
  readonly id: number;
  readonly fileName: string;
  readonly text: string;
  /** Columns. */
  readonly indent: number;
}

export interface FormatAnswer {
  readonly id: number;
  readonly edits: readonly Utf16Edit[];
}

/** The languages that Monaco brings a formatter for, of ours. */
const fileNames: Partial<Record<LanguageId, string>> = { javascript: "main.js", typescript: "main.ts" };

/** A formatter that has not answered by then never will, in milliseconds; its code may have to be fetched first. */
const longestMs = 20_000;

let worker: Worker | undefined;
let lastId = 0;

export function canFormat(language: LanguageId): boolean {
  return fileNames[language] !== undefined;
}

/** What has to be changed in a text so that it is laid out well; throws when that cannot be found out. */
export async function formattingEdits(
  language: LanguageId,
  { text, indent }: Pick<FormatRequest, "text" | "indent">,
): Promise<readonly Utf16Edit[]> {
  const fileName = fileNames[language];
  if (fileName === undefined) throw new Error(`There is no formatter for "${language}".`);
  const formatter = (worker ??= new Worker(new URL("./format.worker.ts", import.meta.url), { type: "module" }));
  const id = ++lastId;
  const done = new AbortController();
  try {
    return await new Promise((resolve, reject) => {
      const options = { signal: done.signal };
      const answered = ({ data }: MessageEvent<FormatAnswer>) => data.id === id && resolve(data.edits);
      formatter.addEventListener("message", answered, options);
      formatter.addEventListener("error", () => reject(new Error("The formatter failed.")), options);
      AbortSignal.timeout(longestMs).addEventListener(
        "abort",
        () => reject(new Error("The formatter did not answer.")),
        options,
      );
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker belongs to its page
      formatter.postMessage({ id, fileName, text, indent } satisfies FormatRequest);
    });
  } catch (error) {
    // The next time begins anew.
    formatter.terminate();
    worker = undefined;
    throw error;
  } finally {
    done.abort();
  }
}
