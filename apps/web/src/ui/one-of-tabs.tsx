import { Tabs } from "@base-ui/react/tabs";
import { useState, type ReactElement, type ReactNode } from "react";
import "./tabs.css";

export interface Tab {
  readonly id: string;
  readonly label: ReactNode;
  readonly content: ReactElement;
  /** It keeps its place in the page while another one is shown. */
  readonly isKept?: boolean;
}

/**
 * Several things in one place, one of them shown at a time. One alone has no tabs.
 *
 * @param begin the id of what is shown first
 * @param otherwise the id of what is shown when what was chosen is gone
 */
export function OneOfTabs(props: { tabs: readonly Tab[]; begin: string; otherwise: string }): ReactElement {
  const { tabs, begin, otherwise } = props;
  const [chosen, setChosen] = useState(begin);
  const shown = tabs.some(({ id }) => id === chosen) ? chosen : otherwise;
  return (
    <Tabs.Root value={shown} onValueChange={(id) => setChosen(String(id))} className="one-of-tabs">
      {tabs.length > 1 && (
        <Tabs.List className="tabs" aria-label="What is shown">
          {tabs.map(({ id, label }) => (
            <Tabs.Tab key={id} value={id} className="tab">
              {label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
      )}
      {tabs.map(({ id, content, isKept = false }) => (
        <Tabs.Panel key={id} value={id} keepMounted={isKept} className="one-of-tab">
          {content}
        </Tabs.Panel>
      ))}
    </Tabs.Root>
  );
}
