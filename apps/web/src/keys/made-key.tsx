import { Dialog } from "@base-ui/react/dialog";
import { useEffect, useId, useRef, type ReactElement } from "react";
import { CopyButton } from "../ui/copy-button.tsx";
import { DocsLink } from "./docs-link.tsx";
import { KeyExamples } from "./key-examples.tsx";

export interface MadeKeyProps {
  readonly name: string;
  readonly secret: string;
  /** The key was taken, alone or within an example. */
  readonly onCopied: () => void;
}

/** A key just made, and how it is used; to stand in a dialog. */
export function MadeKey({ name, secret, onCopied }: MadeKeyProps): ReactElement {
  const once = useId();
  const copyButton = useRef<HTMLButtonElement>(null);
  // The form, and the button in it that was pressed, are gone.
  useEffect(() => copyButton.current?.focus(), []);
  return (
    // Whoever selects it and copies it by the keyboard has it as well.
    <div className="key-steps" onCopy={onCopied}>
      <Dialog.Title render={<h2>The key “{name}” is made</h2>} />
      <p id={once}>Copy it now: it is shown this once, and nobody can look it up later.</p>
      <div className="key-secret">
        <code>{secret}</code>
        <CopyButton ref={copyButton} text={secret} name="key" look="primary" describedBy={once} onCopied={onCopied} />
      </div>
      <KeyExamples secret={secret} onCopied={onCopied} />
      <div className="form-actions has-start">
        <DocsLink />
        <Dialog.Close className="btn">Done</Dialog.Close>
      </div>
    </div>
  );
}
