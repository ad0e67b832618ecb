import { changeProblem, createProblem, getProblem } from "@greenroom/shared/api/problem-routes.ts";
import type { Problem } from "@greenroom/shared/problem/problem.ts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useBlocker, useNavigate } from "@tanstack/react-router";
import { useEffect, useRef, useState, type FormEvent, type ReactElement, type ReactNode } from "react";
import { callRoute } from "../api/call-route.ts";
import { failureCode, failureText } from "../api/failure-text.ts";
import { userAccess } from "../auth/user-access.ts";
import { paths } from "../paths.ts";
import { Button, buttonClass } from "../ui/button.tsx";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { Notice } from "../ui/notice.tsx";
import { contentOf, draftOf, emptyDraft, type ProblemDraft } from "./problem-draft.ts";
import { faultsOf, type Faults } from "./problem-faults.ts";
import { ProblemFields } from "./problem-form.tsx";

export interface ProblemEditorProps {
  /** None: a new one is made. */
  readonly problem?: Problem;
  /** Takes the newest version instead of what was written here. */
  readonly onReload?: () => void;
}

/** The form of one problem: checked before it is saved, kept whatever happens, and not left by accident. */
export function ProblemEditor({ problem, onReload }: ProblemEditorProps): ReactElement {
  const [draft, setDraft] = useState(() => (problem ? draftOf(problem.content) : emptyDraft()));
  const [faults, setFaults] = useState<Faults>({});
  const form = useRef<HTMLFormElement>(null);
  const saving = useSaving(problem, draft);
  const isDirty = draft !== saving.saved;
  const change = (more: Partial<ProblemDraft>) => {
    const changed = { ...draft, ...more };
    setDraft(changed);
    // Once something was pointed out, it goes away as soon as it is mended.
    if (Object.keys(faults).length > 0) setFaults(stillWrong(faults, faultsOf(changed)));
  };
  const send = (event: FormEvent) => {
    event.preventDefault();
    const found = faultsOf(draft);
    setFaults(found);
    if (Object.keys(found).length === 0) saving.save();
    else setTimeout(() => form.current?.querySelector<HTMLElement>("[aria-invalid='true']")?.focus());
  };
  const wrong = Object.keys(faults).length;
  return (
    <form ref={form} className="problem-form" onSubmit={send} noValidate>
      <ProblemFields draft={draft} faults={faults} onChange={change} />
      <div className="save-bar">
        <SaveFailure saving={saving} problem={problem} onReload={onReload} />
        <p className="save-state" aria-live="polite">
          {wrong > 0 ? whatIsWrong(wrong) : stateText({ isDirty, isSaving: saving.isPending, version: saving.version })}
        </p>
        <Button type="submit" look="primary" disabled={saving.isPending || (!isDirty && saving.version !== undefined)}>
          {saving.isPending ? "Saving…" : "Save"}
        </Button>
      </div>
      <LeaveGuard isDirty={() => isDirty && !saving.isDone()} />
    </form>
  );
}

const whatIsWrong = (count: number): string =>
  count === 1 ? "One field needs another look." : `${count} fields need another look.`;

function stillWrong(before: Faults, now: Faults): Faults {
  return Object.fromEntries(Object.entries(now).filter(([place]) => place in before));
}

function stateText(state: { isDirty: boolean; isSaving: boolean; version: number | undefined }): string {
  if (state.isSaving) return "";
  if (state.version === undefined) return "Not saved yet.";
  return state.isDirty ? "Not saved yet." : `Saved as version ${state.version}.`;
}

/** Saving, and what the server has. */
function useSaving(problem: Problem | undefined, draft: ProblemDraft) {
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const [saved, setSaved] = useState<{ draft: ProblemDraft; version: number | undefined }>({
    draft,
    version: problem?.version,
  });
  const done = useRef(false);
  const mutation = useMutation({
    /** `overTheirs`: instead of what somebody else has saved meanwhile. */
    mutationFn: async ({ overTheirs }: { overTheirs: boolean }) => {
      const content = contentOf(draft);
      if (!problem) return callRoute(createProblem, { body: content }, userAccess);
      const params = { problemId: problem.problemId };
      const version = overTheirs
        ? (await callRoute(getProblem, { params }, userAccess)).version
        : (saved.version ?? problem.version);
      return callRoute(changeProblem, { params, body: { version, content } }, userAccess);
    },
    onSuccess: async ({ problemId, version }) => {
      setSaved({ draft, version });
      void queryClient.invalidateQueries({ queryKey: ["problems"] });
      if (problem) return;
      // The page that is left has nothing unsaved, though it is drawn as if it had.
      done.current = true;
      await navigate({ to: paths.problem, params: { problemId }, replace: true });
    },
  });
  return {
    saved: saved.draft,
    version: saved.version,
    isPending: mutation.isPending,
    error: mutation.error,
    isDone: () => done.current,
    save: () => mutation.mutate({ overTheirs: false }),
    saveOverTheirs: () => mutation.mutate({ overTheirs: true }),
  };
}

interface SaveFailureProps {
  readonly saving: ReturnType<typeof useSaving>;
  readonly problem: Problem | undefined;
  readonly onReload: (() => void) | undefined;
}

function SaveFailure({ saving, problem, onReload }: SaveFailureProps): ReactNode {
  const { error } = saving;
  if (!error) return null;
  if (failureCode(error) !== "conflict" || !problem) {
    return (
      <div className="save-failure">
        <Notice tone="error">
          <strong>It was not saved.</strong> {failureText(error)} What you wrote is still here.
        </Notice>
      </div>
    );
  }
  return (
    <div className="save-failure">
      <Notice tone="warning">
        <p>
          <strong>Somebody else has changed this problem since you opened it.</strong> What you wrote is still here.
        </p>
        <div className="button-row">
          <a
            className={buttonClass("small")}
            href={paths.problem.replace("$problemId", problem.problemId)}
            target="_blank"
            rel="noreferrer"
          >
            See theirs in a new tab
          </a>
          <Button look="small" onClick={saving.saveOverTheirs}>
            Save mine over theirs
          </Button>
          <Button look="small" onClick={onReload}>
            Drop mine, take theirs
          </Button>
        </div>
      </Notice>
    </div>
  );
}

function LeaveGuard({ isDirty }: { isDirty: () => boolean }): ReactElement {
  const asked = useRef(isDirty);
  useEffect(() => {
    asked.current = isDirty;
  });
  const shouldBlock = () => asked.current();
  const blocker = useBlocker({ shouldBlockFn: shouldBlock, enableBeforeUnload: shouldBlock, withResolver: true });
  return (
    <ConfirmDialog
      isOpen={blocker.status === "blocked"}
      title="Leave without saving?"
      confirm="Leave and lose it"
      cancel="Stay"
      onConfirm={() => blocker.proceed?.()}
      onCancel={() => blocker.reset?.()}
    >
      What you changed in this problem has not been saved.
    </ConfirmDialog>
  );
}
