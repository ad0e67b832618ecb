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
    if (!(await copyText(url, field.current))) return;
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

/** Resolves to whether it was copied. Plain HTTP has no clipboard interface; there the old way over a selected field still works. */
export async function copyText(text: string, field: HTMLInputElement | null): Promise<boolean> {
  // The type says it is always there, but insecure origins do not have it.
  const clipboard = navigator.clipboard as Clipboard | undefined;
  try {
    if (clipboard) {
      await clipboard.writeText(text);
      return true;
    }
  } catch {
    // Not permitted: the old way.
  }
  if (field) {
    field.select();
    return document.execCommand("copy");
  }
  const keyboard = document.activeElement;
  const source = document.createElement("textarea");
  source.value = text;
  // Beside what has the keyboard: a dialog lets nothing outside of it have it.
  (keyboard?.parentElement ?? document.body).append(source);
  source.select();
  const isCopied = document.execCommand("copy");
  source.remove();
  if (keyboard instanceof HTMLElement) keyboard.focus();
  return isCopied;
}
