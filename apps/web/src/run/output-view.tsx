import { memo, useEffect, useLayoutEffect, useRef, type ReactElement } from "react";
import type { OutputBlock, OutputStream, ShownOutput } from "./output-buffer.ts";
import { Button } from "../ui/button.tsx";

export interface OutputViewProps {
  readonly output: ShownOutput;
  /** All of it, for the download. */
  readonly fullText: () => string;
  readonly empty: string;
}

/** How near to the end counts as being there, in pixels. */
const nearEnd = 40;

/** A program's output as it comes; it follows the end as long as the reader does. */
export function OutputView({ output, fullText, empty }: OutputViewProps): ReactElement {
  const box = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  useEffect(() => {
    const element = box.current;
    const scrolled = () => {
      if (element) follows.current = element.scrollHeight - element.scrollTop - element.clientHeight < nearEnd;
    };
    element?.addEventListener("scroll", scrolled, { passive: true });
    return () => element?.removeEventListener("scroll", scrolled);
  }, []);
  useLayoutEffect(() => {
    const element = box.current;
    if (element && follows.current) element.scrollTop = element.scrollHeight;
  });
  return (
    <div
      ref={box}
      className="output"
      role="log"
      // It would be read out letter by letter while it streams; the end of a run is announced instead.
      aria-live="off"
      aria-label="What the program wrote"
      // A region that scrolls has to be reachable by keyboard.
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
    >
      {output.hidden > 0 && <Hidden output={output} fullText={fullText} />}
      {output.blocks.length === 0 && <p className="output-empty">{empty}</p>}
      {sectionsOf(output.blocks).map(({ id, stream, blocks }) => (
        <div key={id} className={`output-section is-${stream}`} data-label={labels[stream]}>
          {blocks.map((block) => (
            <Block key={block.id} text={block.text} />
          ))}
        </div>
      ))}
    </div>
  );
}

const labels: Record<OutputStream, string | undefined> = { stdout: undefined, stderr: "stderr", compile: "compiler" };

const Block = memo(function Block({ text }: { text: string }): ReactElement {
  return <div className="output-block">{text}</div>;
});

function Hidden({ output, fullText }: Pick<OutputViewProps, "output" | "fullText">): ReactElement {
  const save = () => {
    const url = URL.createObjectURL(new Blob([fullText()], { type: "text/plain" }));
    const link = document.createElement("a");
    link.href = url;
    link.download = "output.txt";
    link.click();
    URL.revokeObjectURL(url);
  };
  return (
    <p className="output-hidden">
      The first {Math.ceil(output.hidden / 1024)} KB of {Math.ceil(output.total / 1024)} KB are not shown.
      <Button look="small" onClick={save}>
        Download all
      </Button>
    </p>
  );
}

interface Section {
  readonly id: number;
  readonly stream: OutputStream;
  readonly blocks: OutputBlock[];
}

function sectionsOf(blocks: readonly OutputBlock[]): Section[] {
  const sections: Section[] = [];
  for (const block of blocks) {
    const last = sections.at(-1);
    if (last?.stream === block.stream) last.blocks.push(block);
    else sections.push({ id: block.id, stream: block.stream, blocks: [block] });
  }
  return sections;
}
