import { useId, type ReactElement } from "react";
import { CopyButton } from "../ui/copy-button.tsx";
import { curlExample, pistonBaseUrl } from "./example-text.ts";

export interface KeyExamplesProps {
  readonly secret: string;
  /** One of them was copied, the key in it too. */
  readonly onCopied: () => void;
}

/** How a program calls the judge, ready to be pasted. */
export function KeyExamples({ secret, onCopied }: KeyExamplesProps): ReactElement {
  const { origin } = location;
  return (
    <>
      <Example
        title="Try it in a terminal"
        name="command"
        text={curlExample(origin, secret)}
        hint="It multiplies 7 by 6 in Python: the answer has 42 as its output."
        onCopied={onCopied}
      />
      <Example
        title="Base URL for clients made for Piston"
        name="base URL"
        text={pistonBaseUrl(origin, secret)}
        hint="The key is a part of it, for clients that cannot send a header: keep it as secret as the key itself."
        onCopied={onCopied}
      />
    </>
  );
}

interface ExampleProps {
  readonly title: string;
  /** What is copied. */
  readonly name: string;
  readonly text: string;
  readonly hint: string;
  readonly onCopied: () => void;
}

function Example({ title, name, text, hint, onCopied }: ExampleProps): ReactElement {
  const id = useId();
  return (
    <section className="key-example" aria-labelledby={id}>
      <div className="key-example-head">
        <h3 id={id}>{title}</h3>
        <CopyButton text={text} name={name} onCopied={onCopied} />
      </div>
      <pre className="key-code">{text}</pre>
      <p className="field-hint">{hint}</p>
    </section>
  );
}
