import {
  useEffect,
  useId,
  useRef,
  type HTMLAttributes,
  type InputHTMLAttributes,
  type ReactElement,
  type ReactNode,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
} from "react";
import { Icon } from "./icon.tsx";

/** What stands around a field of any kind, and what the field itself needs of it. */
interface AroundField {
  readonly label: string;
  /** The label is read out, not shown. */
  readonly isLabelHidden?: boolean | undefined;
  readonly hint?: ReactNode;
  readonly error?: string | undefined;
  readonly field: (attributes: FieldAttributes) => ReactElement;
}
type FieldAttributes = Pick<HTMLAttributes<HTMLElement>, "id" | "aria-invalid" | "aria-describedby">;

/** A label above, a hint and an error below: read out with the field. */
function LabelledField({ label, isLabelHidden = false, hint, error, field }: AroundField): ReactElement {
  const id = useId();
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  return (
    <div className="field">
      <label className={isLabelHidden ? "visually-hidden" : "field-label"} htmlFor={id}>
        {label}
      </label>
      {field({
        id,
        "aria-invalid": error ? true : undefined,
        "aria-describedby": described === "" ? undefined : described,
      })}
      {hint && (
        <p id={`${id}-hint`} className="field-hint">
          {hint}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} className="field-error" role="alert">
          {error}
        </p>
      )}
    </div>
  );
}

export interface TextFieldProps extends InputHTMLAttributes<HTMLInputElement> {
  readonly label: string;
  readonly hint?: string;
  readonly error?: string | undefined;
  /** The page is about this field: the keyboard begins here. */
  readonly isStart?: boolean;
}

export function TextField({ label, hint, error, isStart = false, ...input }: TextFieldProps): ReactElement {
  const element = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (!isStart) return;
    element.current?.focus();
    // What stands there already is a proposal: the first key replaces it.
    element.current?.select();
  }, [isStart]);
  const field = (attributes: FieldAttributes) => (
    <input ref={element} className="text-input" {...attributes} {...input} />
  );
  return <LabelledField label={label} hint={hint} error={error} field={field} />;
}

export interface TextAreaFieldProps extends TextareaHTMLAttributes<HTMLTextAreaElement> {
  readonly label: string;
  readonly isLabelHidden?: boolean;
  readonly hint?: ReactNode;
  readonly error?: string | undefined;
  /** Written by or for a program: every character counts. */
  readonly isCode?: boolean;
}

export function TextAreaField(props: TextAreaFieldProps): ReactElement {
  const { label, isLabelHidden, hint, error, isCode = false, ...area } = props;
  const className = isCode ? "text-area is-code" : "text-area";
  const field = (attributes: FieldAttributes) => (
    <textarea className={className} spellCheck={!isCode} {...attributes} {...area} />
  );
  return <LabelledField label={label} isLabelHidden={isLabelHidden} hint={hint} error={error} field={field} />;
}

export interface SelectFieldProps extends SelectHTMLAttributes<HTMLSelectElement> {
  readonly label: string;
  readonly isLabelHidden?: boolean;
  readonly children: ReactNode;
}

/** The browser's own select: the one that works with every keyboard, phone and screen reader. */
export function SelectField({ label, isLabelHidden, children, ...select }: SelectFieldProps): ReactElement {
  const field = (attributes: FieldAttributes) => (
    <span className="select-box">
      <select className="native-select" {...attributes} {...select}>
        {children}
      </select>
      <Icon name="chevron" />
    </span>
  );
  return <LabelledField label={label} isLabelHidden={isLabelHidden} field={field} />;
}
