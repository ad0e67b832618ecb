import { useRef, useState, type ReactElement } from "react";
import { Button } from "./button.tsx";
import { Icon } from "./icon.tsx";

/** "Copied" is shown this long, in milliseconds. */
const feedbackMs = 2500;

/** A link that is shown and can be copied. */
export function CopyLink({ url, label }: { url: string; label: string }): ReactElement {
  const field = useRef<HTMLInputElement>(null);
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await copyText(url, field.current);
    setCopied(true);
    setTimeout(() => setCopied(false), feedbackMs);
  };
  return (
    <div className="copy-link">
      <input
        ref={field}
        className="text-input"
        readOnly
        value={url}
        aria-label={label}
        onFocus={(event) => event.target.select()}
      />
      <Button look="primary" onClick={() => void copy()}>
        <Icon name={copied ? "check" : "copy"} />
        {copied ? "Copied" : "Copy link"}
      </Button>
      <span className="visually-hidden" aria-live="polite">
        {copied ? "The link was copied." : ""}
      </span>
    </div>
  );
}

/** Plain HTTP has no clipboard interface; there the old way over a selected field still works. */
export async function copyText(text: string, field: HTMLInputElement | null): Promise<void> {
  // The type says it is always there, but insecure origins do not have it.
  const clipboard = navigator.clipboard as Clipboard | undefined;
  try {
    if (clipboard) return await clipboard.writeText(text);
  } catch {
    // Not permitted: the old way.
  }
  const source = field ?? document.createElement("textarea");
  if (!field) {
    source.value = text;
    document.body.append(source);
  }
  source.select();
  document.execCommand("copy");
  if (!field) source.remove();
}
