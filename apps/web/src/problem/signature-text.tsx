import type { Signature } from "@greenroom/shared/signature/signature.ts";
import type { ReactElement } from "react";
import { typeText } from "./type-choice.tsx";

/** The function that is asked for, whatever the language. */
export function SignatureText({ signature }: { signature: Signature }): ReactElement {
  const { name, parameters, returns } = signature;
  return (
    <p className="signature-text">
      Write the function <code>{name}</code>
      {" of "}
      {parameters.map((parameter, index) => (
        <span key={parameter.name}>
          {index > 0 && ", "}
          <code>{parameter.name}</code> ({typeText(parameter.type)})
        </span>
      ))}
      . It returns: {typeText(returns)}.
    </p>
  );
}
