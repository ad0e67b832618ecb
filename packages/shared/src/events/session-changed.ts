/**
 * Redis pub/sub channel on which a session process says, with the session's id as message, that a row of it changed
 * outside its room (it was ended, or a participant removed). The owner reads the row again; it does so every two seconds anyway.
 */
export const sessionChangedChannel = "session-changed";
