import type { RoomParticipant } from "@greenroom/shared/protocol/presence.ts";
import { expect, it } from "vitest";
import { Follow } from "./follow.ts";

const ada: RoomParticipant = {
  participantId: "ada",
  name: "Ada",
  role: "interviewer",
  color: 0,
  connected: true,
  viewing: "one",
  away: false,
};

function open() {
  const chosen: string[] = [];
  const said: string[] = [];
  const follow = new Follow({ choose: (id) => chosen.push(id), say: (text) => said.push(text) });
  return { follow, chosen, said };
}

it("goes where the followed one is, and wherever they go", () => {
  const { follow, chosen } = open();
  follow.start(ada);
  follow.participantsChanged([{ ...ada, away: true }]);
  follow.participantsChanged([{ ...ada, viewing: "two" }]);
  expect(chosen).toEqual(["one", "two"]);
});

it("goes nowhere once it is stopped", () => {
  const { follow, chosen } = open();
  follow.start(ada);
  follow.stop();
  follow.participantsChanged([{ ...ada, viewing: "two" }]);
  follow.filesChanged();
  expect(chosen).toEqual(["one"]);
  expect(follow.target.get()).toBeUndefined();
});

it("ends when the followed one is gone, and says so", () => {
  const { follow, said } = open();
  follow.start(ada);
  follow.participantsChanged([{ ...ada, connected: false }]);
  expect(follow.target.get()).toBeUndefined();
  expect(said).toEqual(["You follow nobody any more: Ada is not connected."]);
});

it("tries again when the files are others: theirs may be among them now", () => {
  const { follow, chosen } = open();
  follow.start(ada);
  follow.filesChanged();
  expect(chosen).toEqual(["one", "one"]);
});
