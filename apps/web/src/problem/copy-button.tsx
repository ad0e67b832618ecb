import { useState, type ReactElement } from "react";
import { Button } from "../ui/button.tsx";
import { copyText } from "../ui/copy-link.tsx";
import { Icon } from "../ui/icon.tsx";

/** "Copied" is shown this long, in milliseconds. */
const feedbackMs = 2000;

/** `name`: what is copied, such as "input of test 1". */
export function CopyButton({ text, name }: { text: string; name: string }): ReactElement {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await copyText(text, null);
    setCopied(true);
    setTimeout(() => setCopied(false), feedbackMs);
  };
  return (
    <>
      <Button look="small quiet" aria-label={`Copy the ${name}`} onClick={() => void copy()}>
        <Icon name={copied ? "check" : "copy"} />
        {copied ? "Copied" : "Copy"}
      </Button>
      <span className="visually-hidden" aria-live="polite">
        {copied ? "Copied." : ""}
      </span>
    </>
  );
}
