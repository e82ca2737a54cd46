export { type ActionCall, ActionRejected, type ActionResult, type TurnPorts } from './action-call.js';
export { InvalidAssistant } from './assistant-check.js';
export { DialogueEngine, type EngineOptions, type IncomingMessage } from './engine.js';
export * from './event.js';
export { interpolate, pythonText } from './interpolation.js';
export { type ActionResponse, messageOf } from './response.js';
export { type ActiveLoop, type TrackerState } from './tracker-state.js';
export { type IncludeEvents, Tracker, type TrackerSnapshot, type TrackerView } from './tracker.js';
export { type Trace, type Turn } from './turn.js';
