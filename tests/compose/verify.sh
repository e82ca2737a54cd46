#!/usr/bin/env bash
# Builds the compose stack, talks to it, kills its containers during conversations and removes it again.
# Prints a line for each check that passes. The first failure ends the script with exit code 1.
# Needs bash, curl and Docker with Compose 2. Uses its own project, ports and volumes.
set -euo pipefail
cd "$(dirname "$0")/../.."

free_port() {
  local port=$((20000 + RANDOM % 20000))
  while (: <>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do port=$((port + 1)); done
  echo "$port"
}

project=helpdesk-verify-$$
export HELPDESK_VERSION=verify-$$
GATEWAY_PORT=$(free_port)
RABBITMQ_MANAGEMENT_PORT=$(free_port)
export GATEWAY_PORT RABBITMQ_MANAGEMENT_PORT
gateway=http://127.0.0.1:$GATEWAY_PORT
log=$(mktemp)

# The .env file of the operator must not change the result.
compose() { docker compose --env-file /dev/null --project-name "$project" "$@"; }
quietly() { "$@" >"$log" 2>&1 || { cat "$log" >&2 && fail "$*"; }; }
proven() { echo "ok   $*"; }
fail() {
  echo "FAIL $*" >&2
  compose logs --no-color --tail 15 >&2
  exit 1
}

clean_up() {
  quietly compose down --volumes --timeout 5
  docker image rm "helpdesk-assistant:$HELPDESK_VERSION" >/dev/null 2>&1 || true
  rm -f "$log"
}
trap clean_up EXIT

container() { compose ps --all --quiet "$1" | head -n 1; }
# Docker treats a killed container as stopped by hand, so it stays down until it is started.
kill_container() { quietly docker kill "$(container "$1")"; }
start_container() { quietly compose up --detach --wait --no-deps --no-recreate "$1"; }

# send CONVERSATION MESSAGE MESSAGE_ID [CURL OPTION…]: prints the answer and fails if there is none.
send() {
  local conversation=$1 message=${2//\"/\\\"} id=$3
  curl --silent --show-error --fail-with-body --max-time 35 "${@:4}" --header 'content-type: application/json' \
    --data "{\"sender\":\"$conversation\",\"message\":\"$message\",\"message_id\":\"$id\"}" "$gateway/webhooks/rest/webhook"
}

# expect PATTERN CONVERSATION MESSAGE [MESSAGE_ID]: sends the message until there is an answer, which must match.
expect() {
  local answer
  answer=$(send "$2" "$3" "${4:-$RANDOM-$RANDOM-$RANDOM}" --retry 15 --retry-delay 2 --retry-all-errors 2>"$log") ||
    fail "no answer to \"$3\": $answer $(cat "$log")"
  [[ $answer =~ $1 ]] || fail "\"$3\" was answered with $answer, expected $1"
}

# unanswered CONVERSATION MESSAGE MESSAGE_ID: sends the message once and fails if there is an answer.
unanswered() {
  local answer
  if answer=$(send "$1" "$2" "$3" --max-time 4 2>&1); then fail "\"$2\" was answered: $answer"; fi
}

# expect_queue SERVICE MESSAGES CONSUMERS: waits until the queue of a service has this many messages and consumers.
expect_queue() {
  local queues deadline=$((SECONDS + 30))
  # The broker updates these numbers only every few seconds.
  while ((SECONDS < deadline)); do
    queues=$(compose exec -T rabbitmq rabbitmqctl --quiet list_queues name messages consumers)
    if grep --quiet --extended-regexp "^helpdesk\.$1\.message\.\S+\s+$2\s+$3$" <<<"$queues"; then return; fi
    sleep 1
  done
  fail "expected $2 messages and $3 consumers for $1: $queues"
}

ask_email='email address'
ask_priority='How urgent is it'
ask_description='escribe the problem|exactly is the problem'

begun=$SECONDS
quietly compose build
proven "the image builds ($((SECONDS - begun)) s, $(docker image inspect -f '{{.Size}}' "helpdesk-assistant:$HELPDESK_VERSION") bytes)"

begun=$SECONDS
quietly compose up --detach --wait
proven "all containers are healthy after $((SECONDS - begun)) s"

for service in gateway nlu dialogue incident handoff; do
  [[ $(compose exec -T "$service" id -u) != 0 ]] || fail "$service runs as root"
done
proven "the services do not run as root"

[[ $(curl --silent --fail "$gateway/") == *'<html'* ]] || fail "there is no chat page at $gateway"
proven "the chat page is served"

expect 'IT helpdesk' ann 'hi'
expect "$ask_email" ann 'i have a problem with my email'
expect "$ask_priority" ann 'ann@example.com'
expect "$ask_description" ann '/inform{"priority":"low"}'
expect 'Shall I open an incident.*ann@example.com.*Outlook does not open.*priority: low' ann 'Outlook does not open since this morning'
expect 'your incident is INC[0-9]{7}' ann '/affirm'
expect 'the address you gave last time, ann@example.com' ann 'thanks. Can i check the status of my other tickets?'
expect 'Incident INC[0-9]{7} is currently awaiting triage' ann 'Yes please'
proven "a conversation opens an incident and asks for its status"

expect "$ask_email" ben 'i have a problem with my email'
kill_container dialogue
unanswered ben 'ben@example.com' ben-2
start_container dialogue
expect "$ask_priority" ben 'ben@example.com' ben-2
expect "$ask_priority" ben 'ben@example.com' ben-2
expect "$ask_description" ben '/inform{"priority":"high"}'
proven "dialogue is killed during a conversation: the message sent meanwhile is answered and taken once, and the conversation continues"

quietly compose exec -T dialogue sh -c 'kill -9 -1'
expect 'Shall I open an incident.*ben@example.com.*VPN drops' ben 'The VPN drops every hour'
proven "dialogue crashes: it restarts by itself, and the conversation continues"

kill_container nlu
unanswered ben '/affirm' ben-5
kill_container rabbitmq
unanswered ben '/affirm' ben-6
start_container rabbitmq
expect_queue nlu 1 0
start_container nlu
expect 'your incident is INC[0-9]{7}' ben '/affirm' ben-5
proven "RabbitMQ is killed: the waiting message is still there, and the conversation continues"

kill_container postgres
unanswered ann 'help' ann-9
start_container postgres
expect 'Here is what I can do' ann 'help' ann-9
proven "PostgreSQL is killed: the message sent meanwhile is answered, and the conversation continues"

quietly compose stop
for service in gateway nlu dialogue incident handoff; do
  code=$(docker inspect -f '{{.State.ExitCode}}' "$(container "$service")")
  [[ $code == 0 ]] || fail "$service ended with exit code $code"
done
proven "every service stops gracefully"

quietly compose down
quietly compose up --detach --wait
expect 'the address you gave last time, ben@example.com' ben 'i have a problem with my email'
proven "all containers are removed and created again: the volumes have kept the conversations"

quietly compose up --detach --wait --scale dialogue=2 --scale nlu=2
expect_queue nlu 0 2
expect_queue dialogue 0 2
expect "$ask_priority" ben '/affirm'
kill_container dialogue
kill_container nlu
expect "$ask_description" ben '/inform{"priority":"medium"}'
expect 'Shall I open an incident' ben 'The printer is on fire again'
proven "two replicas of dialogue and of nlu share the work, and the conversation continues after one of each is killed"
