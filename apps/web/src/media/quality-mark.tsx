import type { ReactElement } from "react";
import type { Quality } from "./call-people.ts";

/** mediasoup's scores: 10 is perfect; under loss and jitter they fall quickly. */
const goodFrom = 7;
const fairFrom = 4;

type Grade = "good" | "fair" | "weak";
const gradeOf = (score: number): Grade => (score >= goodFrom ? "good" : score >= fairFrom ? "fair" : "weak");
const bars: Record<Grade, number> = { good: 3, fair: 2, weak: 1 };

/** How well somebody comes through, in bars, and in words that say whose end it is. */
export function QualityMark({ name, quality }: { name: string; quality: Quality | undefined }): ReactElement | null {
  if (!quality) return null;
  const worst = Math.min(quality.received, quality.sent);
  return <Bars grade={gradeOf(worst)} text={qualityText(name, quality)} />;
}

/** How well what one sends gets away. */
export function OwnQualityMark({ score }: { score: number | null }): ReactElement | null {
  if (score === null) return null;
  const grade = gradeOf(score);
  return <Bars grade={grade} text={`Your connection is ${grade}`} />;
}

function Bars({ grade, text }: { grade: Grade; text: string }): ReactElement {
  return (
    <span className={`quality is-${grade}`} title={text}>
      <span aria-hidden="true">
        {[1, 2, 3].map((bar) => (
          <span key={bar} className="quality-bar" data-full={bar <= bars[grade]} />
        ))}
      </span>
      <span className="visually-hidden">, {text.toLowerCase()}</span>
    </span>
  );
}

export function qualityText(name: string, { received, sent }: Quality): string {
  const grade = gradeOf(Math.min(received, sent));
  if (grade === "good") return "Good connection";
  return gradeOf(sent) === grade
    ? `${name}'s connection is ${grade}`
    : `Your own connection is ${grade} for what ${name} sends`;
}
