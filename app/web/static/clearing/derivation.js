// Rules that look at several columns of one row: what is derived, and what contradicts itself. Inputs named `raw` are
// read before dates are coarsened: intervals and ages are true to the day, and only their bands are kept.

import { ageOn, readDay, readSpan } from "./days.js";
import { Refused, bandOf } from "./treatments.js";
import { strip } from "./texts.js";

const LONG_AGO = -Infinity;

// The function of each rule by the column that it computes. `catalogue.clearing.rules` has their order and inputs.
export function rulesOf(catalogue) {
  const { clearing } = catalogue;
  const { unknown, unknown_country: unknownCountry, nothing, separator, stateless } = clearing;
  const ages = catalogue.codeLists.get("CL_AGE");
  const isService = (accepted) => accepted !== "" && accepted !== nothing;
  return {
    child_status: (status, age) => ageStatus(status, isChild(ages.codes.get(age), clearing), unknown),
    age_at_exploitation_start: (start, age) => ageAtStart(start, ages.codes.get(start), ages.codes.get(age)),
    nationality: (given, citizenship, country) => {
      const citizenships = citizenship.split(separator);
      if (given) return given;
      if (citizenships.length === 1 && citizenships[0] === stateless) return "STATELESS";
      if (citizenships.includes(unknownCountry) || country === unknownCountry) return unknown;
      return citizenships.includes(country) ? "NATIONAL" : "FOREIGN";
    },
    scope: (given, recruited, exploited) => {
      if (given) return given;
      if (recruited === unknownCountry || exploited === unknownCountry) return unknown;
      return recruited === exploited ? "INTERNAL" : "CROSS_BORDER";
    },
    services_declined: (declined, accepted) =>
      declined && accepted === nothing ? new Refused("nothing_offered_contradicted") : declined,
    first_service_after: (given, accepted, gap) => {
      if (isService(accepted)) return given || gap || unknown;
      return (given === "" || given === unknown) && !gap ? "" : new Refused("start_without_service");
    },
    shelter_nights: (nights, accepted) => {
      if (accepted.split(separator).includes("SHELTER")) return nights || unknown;
      return nights === "" || nights === unknown ? "" : new Refused("nights_without_shelter");
    },
    returned_after: (given, to, kind, gap) => given || gap || (to || kind ? unknown : ""),
    returned_to: (to, after) => to || (after ? unknownCountry : ""),
    return_type: (kind, after) => kind || (after ? unknown : ""),
  };
}

// The age as given, else the band at registration; a birth date is checked even when it is not needed.
export function ageRule(catalogue) {
  const { clearing } = catalogue;
  const ages = catalogue.codeLists.get("CL_AGE");
  return (age, birthDate, registeredOn) => {
    const birth = strip(birthDate);
    if (!birth) return age;
    const born = readDay(birth);
    const span = readSpan(strip(registeredOn));
    if (!born) return new Refused("wrong_date");
    if (!span) return age;
    if (born.ordinal > span.last.ordinal) return new Refused("birth_after_registration");
    if (span.first.ordinal - born.ordinal > clearing.days_of_a_long_life) return new Refused("date_too_early");
    return age || ageWithin(born, span, ages, catalogue);
  };
}

// Bands of days between two columns of raw days: empty without the later one, unknown where one is no day.
export function daysBetween(catalogue) {
  const days = catalogue.codeLists.get("CL_DAYS");
  return (earlier, later) => {
    if (!strip(later)) return "";
    const first = readDay(strip(earlier));
    const last = readDay(strip(later));
    return first && last ? bandOf(days, last.ordinal - first.ordinal, catalogue) : catalogue.clearing.unknown;
  };
}

// The band of an age on some day of a span; child or adult alone where the span meets several bands.
function ageWithin(born, { first, last }, ages, catalogue) {
  const { adult_at: adultAt, unknown } = catalogue.clearing;
  const youngest = first.ordinal === last.ordinal ? ageOn(first, born) : Math.max(ageOn(first, born), 0);
  const oldest = ageOn(last, born);
  const found = bandOf(ages, youngest, catalogue);
  if (found === bandOf(ages, oldest, catalogue)) return found;
  if (oldest < adultAt) return "CHILD_UNK";
  return youngest >= adultAt ? "ADULT_UNK" : unknown;
}

// Child or adult as the age says; a status that was given stays unless the age contradicts it.
function ageStatus(status, child, unknown) {
  if (status === "" || status === unknown) return child === null ? unknown : child ? "CHILD" : "ADULT";
  if (child !== null && child !== (status !== "ADULT")) return new Refused("child_status_contradicts_age");
  return status;
}

// The age when exploitation began, unless all of its band is above the age at registration.
function ageAtStart(start, began, registered) {
  const isLater = (began?.low ?? LONG_AGO) > (registered?.high ?? Infinity);
  return isLater ? new Refused("exploitation_after_registration") : start;
}

// True for bands of children, false for bands of adults, null where the band does not say.
function isChild(code, { adult_at: adultAt }) {
  if (!code || (code.low === null && code.high === null)) return null;
  return code.low === null || code.low < adultAt;
}
