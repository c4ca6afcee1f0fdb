namespace Observability.Portal;

/// <summary>Where the services are that the pages read from.</summary>
public enum PortalShape
{
    /// <summary>In this process: pages read from its own address, and nothing is forwarded.</summary>
    Standalone,

    /// <summary>In processes of their own, found as <c>http://collector</c>, <c>http://rule-engine</c> and <c>http://notifier</c>; the Portal forwards their APIs.</summary>
    Distributed,
}
