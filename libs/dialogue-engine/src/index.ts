export { type ActionCall, ActionRejected, type ActionResult, type TurnPorts } from './actions/action-call.js';
export { findStoryConflicts } from './stories/story-conflicts.js';
export { InvalidAssistant } from './stories/assistant-check.js';
export {
  conversationGraph,
  type ConversationGraph,
  type GraphEdge,
  type GraphNode,
} from './stories/conversation-graph.js';
export { DialogueEngine, type EngineOptions, type NextAction } from './engine.js';
export { type Opinion } from './policies/ensemble.js';
export { type IncomingMessage, type Trigger } from './tracker/incoming-message.js';
export * from './tracker/event.js';
export * from './tracker/event-json.js';
export { interpolate, pythonText } from './responses/interpolation.js';
export { type ActionResponse, messageOf } from './responses/response.js';
export { type Notice, refuseInvalid } from './policies/policies.js';
export { seededRandom } from '#seeded-random';
export { leaveOneStoryOut, type StoryAccuracy } from './story-accuracy.js';
export { expandStories, type Path } from './stories/story-graph.js';
export { type ActiveLoop, type TrackerState } from './tracker/tracker-state.js';
export { Tracker, type TrackerSnapshot, type TrackerView } from './tracker/tracker.js';
export { type IncludeEvents } from './tracker/tracker-json.js';
export {
  fingerprintPolicies,
  hasLearnedPolicies,
  type TrainedPolicies,
  trainPolicies,
} from './policies/trained-policies.js';
export { stepEvents } from './stories/training-tracker.js';
export { type Trace, type TracedAction, type Turn } from './turn.js';
