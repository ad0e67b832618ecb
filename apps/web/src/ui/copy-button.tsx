import { useState, type ReactElement, type Ref } from "react";
import { Button } from "./button.tsx";
import { copyText } from "./copy-link.tsx";
import { Icon } from "./icon.tsx";

/** How it went is shown this long, in milliseconds. */
const feedbackMs = 2000;

export interface CopyButtonProps {
  readonly text: string;
  /** What is copied, such as "input of test 1". */
  readonly name: string;
  readonly look?: string;
  readonly onCopied?: () => void;
  readonly describedBy?: string;
  readonly ref?: Ref<HTMLButtonElement>;
}

export function CopyButton(props: CopyButtonProps): ReactElement {
  const { text, name, look = "small quiet", onCopied, describedBy, ref } = props;
  const [went, setWent] = useState<"copied" | "refused">();
  const copy = async () => {
    const isCopied = await copyText(text, null);
    setWent(isCopied ? "copied" : "refused");
    if (isCopied) onCopied?.();
    setTimeout(() => setWent(undefined), feedbackMs);
  };
  return (
    <>
      <Button
        {...(ref === undefined ? {} : { ref })}
        look={look}
        aria-label={`Copy the ${name}`}
        aria-describedby={describedBy}
        onClick={() => void copy()}
      >
        <Icon name={went === "copied" ? "check" : "copy"} />
        {went === undefined ? "Copy" : went === "copied" ? "Copied" : "Not copied"}
      </Button>
      <span className="visually-hidden" aria-live="polite">
        {went === "copied" && "Copied."}
        {went === "refused" && "Your browser did not let it be copied. Select it and copy it yourself."}
      </span>
    </>
  );
}
