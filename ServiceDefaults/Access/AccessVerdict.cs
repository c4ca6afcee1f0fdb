namespace Observability.ServiceDefaults.Access;

/// <summary>How a request's right to be served was judged. Also the value of a metric label.</summary>
public enum AccessOutcome
{
    Granted,

    /// <summary>401: no key, or one that access.yaml does not know.</summary>
    Unauthenticated,

    /// <summary>403: known, but without the role; or from a place that an open product does not serve.</summary>
    Forbidden,

    /// <summary>415: a content type that any web page can send without asking.</summary>
    UnsupportedContentType,
}

/// <summary>The judgement of one request.</summary>
/// <param name="Outcome">Granted, or why not.</param>
/// <param name="Actor">Set when granted.</param>
/// <param name="Reason">For people; never says how near a guess was.</param>
public readonly record struct AccessVerdict(AccessOutcome Outcome, Actor? Actor, string Reason)
{
    public bool IsGranted => Outcome == AccessOutcome.Granted;

    internal static AccessVerdict Grant(Actor actor) => new(AccessOutcome.Granted, actor, "");

    internal static AccessVerdict Refuse(AccessOutcome outcome, string reason) => new(outcome, null, reason);
}
