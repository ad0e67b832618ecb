import type { ValueType } from "@greenroom/shared/signature/signature.ts";
import type { ReactElement } from "react";
import { SelectField } from "../ui/field.tsx";

const scalars = ["int", "long", "double", "string", "boolean"] as const;
const nodeScalars = ["int", "long"] as const;

const groups: readonly { readonly label: string; readonly types: readonly ValueType[] }[] = [
  { label: "One value", types: scalars.map((of) => ({ kind: "scalar", of })) },
  { label: "Array", types: scalars.map((of) => ({ kind: "array", of })) },
  { label: "Array of arrays", types: scalars.map((of) => ({ kind: "matrix", of })) },
  {
    label: "Nodes",
    types: [
      ...nodeScalars.map((of): ValueType => ({ kind: "linked-list", of })),
      ...nodeScalars.map((of): ValueType => ({ kind: "binary-tree", of })),
    ],
  },
];

/** As people write it: "int[]", "binary tree of int". */
export function typeText({ kind, of }: ValueType): string {
  switch (kind) {
    case "scalar":
      return of;
    case "array":
      return `${of}[]`;
    case "matrix":
      return `${of}[][]`;
    case "linked-list":
      return `linked list of ${of}`;
    case "binary-tree":
      return `binary tree of ${of}`;
  }
}

export interface TypeChoiceProps {
  readonly label: string;
  readonly value: ValueType;
  readonly onChange: (type: ValueType) => void;
}

export function TypeChoice({ label, value, onChange }: TypeChoiceProps): ReactElement {
  const choose = (chosen: string) => {
    const type = groups.flatMap(({ types }) => types).find((one) => typeText(one) === chosen);
    if (type) onChange(type);
  };
  return (
    <SelectField label={label} value={typeText(value)} onChange={({ target }) => choose(target.value)}>
      {groups.map((group) => (
        <optgroup key={group.label} label={group.label}>
          {group.types.map((type) => (
            <option key={typeText(type)} value={typeText(type)}>
              {typeText(type)}
            </option>
          ))}
        </optgroup>
      ))}
    </SelectField>
  );
}
