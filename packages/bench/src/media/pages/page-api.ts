import type { SignedInPeer } from "../media-ground.ts";

/** What both pages of this bench can do, called from outside of the browser. */
export interface BenchPage {
  /** Turns the devices on and tries the path, as somebody does who waits at the door. */
  prepare(options: {
    sendsCamera: boolean;
    sendsMicrophone: boolean;
    /** In a bare page; ours has no more in it than the others' pictures. */
    showsOwn?: boolean;
    /** Of a bare page's camera, 16:9; ours has its own choices. */
    picture?: { height: number; frameRate: number };
  }): Promise<void>;
  /** Joins. Resolves once a picture of somebody else's is on the screen: to the milliseconds that took. */
  join(): Promise<number>;
  leave(): void;
  /** When the first picture of each track was drawn, in milliseconds since the epoch. */
  readonly firstPictures: number[];
}

/** What the page of ours is opened with. */
export interface OwnPageSeat extends SignedInPeer {
  /** How large the others are shown, in CSS pixels; at 0 they are not. */
  readonly pictureHeight: number;
}

declare global {
  interface Window {
    /** There in both pages, once they are open. */
    benchPage: BenchPage;
    /** Where a bare room's socket is. */
    bareSocketUrl: string;
    ownSeat: OwnPageSeat;
  }
}
