import type { ReactElement, ReactNode } from "react";
import { Notice } from "../ui/notice.tsx";
import type { FaultText } from "./media-faults.ts";

/** What is wrong, what can be done about it, and the button that does it. */
export function FaultNotice({ text, action }: { text: FaultText; action?: ReactNode }): ReactElement {
  return (
    <Notice tone="warning" action={action}>
      <strong>{text.what}</strong> {text.remedy}
    </Notice>
  );
}
