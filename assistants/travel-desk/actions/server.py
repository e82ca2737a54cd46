"""The actions of the travel desk: a webhook as Rasa's action servers have it, with Python's standard library alone.

    python3 actions/server.py        # on port 5055, or on PORT

`Action` classes do what `rasa_sdk` would hand to them: they read the tracker, collect messages in a dispatcher and
return events. To move to the SDK, keep the bodies and take its base classes.
"""

import json
import os
import re
import traceback
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import takewhile
from zlib import crc32, decompress

CITIES = ["Graz", "Leeds", "Lyon", "Oslo", "Porto"]
# Too far for a day on the road.
BY_AIR_OR_TRAIN = {"Oslo", "Porto"}
MOST_TRAVELLERS = 9
LARGE_PARTY = 4


class ActionExecutionRejection(Exception):
    """The action declines: something else shall happen."""

    def __init__(self, action_name, message):
        super().__init__(message)
        self.action_name = action_name


class Dispatcher:
    """Collects what is said. What `utter` does not know by name fills the variables of the response."""

    def __init__(self):
        self.messages = []

    def utter(self, text=None, response=None, buttons=None, custom=None, image=None, **variables):
        message = {"text": text, "buttons": buttons or [], "elements": [], "custom": custom or {}}
        message.update(template=response, response=response, image=image, attachment=None, **variables)
        self.messages.append(message)


def slot_set(name, value):
    return {"event": "slot", "timestamp": None, "name": name, "value": value}


class FormValidationAction:
    """Validates what was just said, slot by slot, and says what the form asks for next."""

    def run(self, dispatcher, tracker, domain):
        slots = dict(tracker["slots"])
        fresh = takewhile(lambda event: event["event"] == "slot", reversed(tracker["events"]))
        said = {event["name"]: event["value"] for event in reversed(list(fresh))}
        said.pop("requested_slot", None)
        slots.update(said)
        decided = {}
        for name, value in said.items():
            check = getattr(self, f"validate_{name}", None)
            result = check(value, dispatcher, slots) if check and value is not None else {name: value}
            decided.update(result)
            slots.update(result)
        decided.update(self.derived_slots(slots))
        form = self.name.removeprefix("validate_")
        wanted = self.required_slots(list(domain["forms"][form]["required_slots"]), slots)
        asked_next = next((name for name in wanted if slots.get(name) is None), None)
        return [slot_set(name, value) for name, value in decided.items()] + [slot_set("requested_slot", asked_next)]


def known_city(value):
    return next((city for city in CITIES if city.lower() == str(value).strip().lower()), None)


def number_of(value):
    text = str(value).removesuffix(".0")
    return int(text) if text.isdecimal() and 1 <= int(text) <= MOST_TRAVELLERS else None


def party_of(slots):
    """Who travels, in words, and how many they are."""
    groups = [(slots.get("travellers"), slots.get("cabin")), (slots.get("second_travellers"), slots.get("second_cabin"))]
    groups = [(number_of(count), cabin) for count, cabin in groups if count is not None]
    words = [f"{count} in {cabin}" if cabin else f"{count} {'person' if count == 1 else 'people'}" for count, cabin in groups]
    return " and ".join(words), sum(count or 0 for count, _ in groups)


class ValidateTripForm(FormValidationAction):
    name = "validate_trip_form"

    def required_slots(self, domain_slots, slots):
        is_flight = slots.get("transport") == "plane"
        is_dear = "business" in (slots.get("cabin"), slots.get("second_cabin")) or party_of(slots)[1] >= LARGE_PARTY
        needless = {name for name, is_wanted in (("cabin", is_flight), ("cost_centre", is_dear)) if not is_wanted}
        return [name for name in domain_slots if name not in needless]

    def derived_slots(self, slots):
        party = party_of(slots)[0] or None
        return {} if party == slots.get("party") else {"party": party}

    def validate_city(self, slot, value, other, dispatcher):
        city = known_city(value)
        if city is None:
            dispatcher.utter(response="utter_unknown_city", place=value, cities=", ".join(CITIES))
        elif city == other:
            dispatcher.utter(response="utter_same_city", place=city)
            city = None
        return {slot: city}

    def validate_city_from(self, value, dispatcher, slots):
        return self.validate_city("city_from", value, None, dispatcher)

    def validate_city_to(self, value, dispatcher, slots):
        return self.validate_city("city_to", value, known_city(slots.get("city_from")), dispatcher)

    def validate_travel_day(self, value, dispatcher, slots):
        if str(value).lower() != "yesterday":
            return {"travel_day": str(value).lower()}
        dispatcher.utter(response="utter_past_day")
        return {"travel_day": None}

    def validate_travellers(self, value, dispatcher, slots):
        if number_of(value) is None:
            dispatcher.utter(response="utter_bad_number")
        return {"travellers": number_of(value)}

    def validate_transport(self, value, dispatcher, slots):
        # On the ground there are no cabins to choose from.
        return {"transport": value} if value == "plane" else {"transport": value, "cabin": None, "second_cabin": None}

    def validate_cost_centre(self, value, dispatcher, slots):
        number = str(value).upper()
        if re.fullmatch(r"CC-[1-9]\d{3}", number):
            return {"cost_centre": number}
        dispatcher.utter(response="utter_bad_cost_centre", number=value)
        return {"cost_centre": None}


class AskTransport:
    """Offers only what makes sense between the two cities."""

    name = "action_ask_transport"

    def run(self, dispatcher, tracker, domain):
        ends = {tracker["slots"]["city_from"], tracker["slots"]["city_to"]}
        ways = ["train", "plane"] + ([] if ends & BY_AIR_OR_TRAIN else ["car"])
        buttons = [{"title": way, "payload": "/inform" + json.dumps({"transport": way})} for way in ways]
        dispatcher.utter(text="How would you like to travel?", buttons=buttons)
        return []


FORM_SLOTS = ["city_from", "city_to", "travel_day", "travellers", "second_travellers", "transport", "cabin"]
FORM_SLOTS += ["second_cabin", "cost_centre", "overnight", "confirmed", "party"]


class BookTrip:
    name = "action_book_trip"

    def run(self, dispatcher, tracker, domain):
        slots = tracker["slots"]
        cleared = [slot_set(name, None) for name in FORM_SLOTS]
        if not slots["confirmed"]:
            dispatcher.utter(response="utter_trip_dropped")
            return cleared + [slot_set("hotel_needed", None)]
        trip = {name: slots[name] for name in ("city_from", "city_to", "travel_day", "transport", "party", "cost_centre")}
        # The same trip has the same number: asked twice, it is booked once.
        trip["number"] = f"TR-{crc32(json.dumps([tracker['sender_id'], trip]).encode()) % 90000 + 10000}"
        dispatcher.utter(response="utter_trip_booked", **trip)
        return cleared + [slot_set("trip", trip), slot_set("hotel_needed", bool(slots["overnight"]))]


class BookHotel:
    name = "action_book_hotel"

    def run(self, dispatcher, tracker, domain):
        trip = tracker["slots"]["trip"]
        dispatcher.utter(response="utter_hotel_booked", **trip)
        return [slot_set("trip", {**trip, "hotel": "Station Hotel"}), slot_set("hotel_needed", None)]


class TellTrip:
    name = "action_tell_trip"

    def run(self, dispatcher, tracker, domain):
        trip = tracker["slots"]["trip"]
        if trip:
            dispatcher.utter(response="utter_trip", **trip)
        else:
            dispatcher.utter(response="utter_no_trip")
        return []


class CancelTrip:
    name = "action_cancel_trip"

    def run(self, dispatcher, tracker, domain):
        trip = tracker["slots"]["trip"]
        if not trip:
            raise ActionExecutionRejection(self.name, "There is no trip to cancel.")
        dispatcher.utter(response="utter_trip_cancelled", number=trip["number"])
        return [slot_set("trip", None), slot_set("hotel_needed", None)]


class ForgetTrip:
    name = "action_forget_trip"

    def run(self, dispatcher, tracker, domain):
        return [slot_set(name, None) for name in FORM_SLOTS]


ACTIONS = {
    action.name: action
    for action in (ValidateTripForm(), AskTransport(), BookTrip(), BookHotel(), TellTrip(), CancelTrip(), ForgetTrip())
}


def run_action(call):
    """Status and body of the answer to one call."""
    name = call.get("next_action")
    if name is None:
        return 200, None
    if name not in ACTIONS:
        return 404, {"error": f"No registered action found for name '{name}'.", "action_name": name}
    dispatcher = Dispatcher()
    try:
        events = ACTIONS[name].run(dispatcher, call["tracker"], call.get("domain") or {})
        return 200, {"events": events, "responses": dispatcher.messages}
    except ActionExecutionRejection as rejection:
        return 400, {"error": str(rejection), "action_name": rejection.action_name}
    except Exception as error:  # An action may fail in any way; the server goes on.
        traceback.print_exc()
        return 500, {"error": f"{type(error).__name__}: {error}", "action_name": name}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        if self.path == "/health":
            return self.answer(200, {"status": "ok"})
        if self.path == "/actions":
            return self.answer(200, [{"name": name} for name in ACTIONS])
        return self.answer(404, {"error": "There is nothing here."})

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path.partition("?")[0] != "/webhook":
            return self.answer(404, {"error": "There is nothing here."})
        try:
            call = json.loads(decompress(body) if self.headers.get("Content-Encoding") == "deflate" else body)
        except ValueError as error:
            return self.answer(400, {"error": f"The body is not JSON: {error}"})
        return self.answer(*run_action(call))

    def answer(self, status, body):
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        """Says nothing: conversations are nobody's business."""


if __name__ == "__main__":
    port = int(os.environ.get("PORT", "5055"))
    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    print(f"The actions of the travel desk are at http://localhost:{port}/webhook", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
