namespace Observability.Configuration;

/// <summary>
/// Integrations of earlier configurations, by address. In memory only: a secret that stood literally in a file which no longer has it is kept nowhere else.
/// Safe for several threads.
/// </summary>
internal sealed class FormerIntegrations
{
    /// <summary>Far more than anybody takes out between an alert's beginning and its end; the one that was in force longest ago goes first.</summary>
    public const int Most = 1_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Integration> _byAddress = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();

    public void Remember(IEnumerable<Integration> integrations)
    {
        lock (_gate)
        {
            foreach (var integration in integrations)
            {
                var address = IntegrationAddress.IdOf(integration);
                if (!_byAddress.ContainsKey(address))
                {
                    _order.Enqueue(address);
                }
                _byAddress[address] = integration;
            }
            while (_order.Count > Most)
            {
                _byAddress.Remove(_order.Dequeue());
            }
        }
    }

    public Integration? Find(string addressId)
    {
        lock (_gate)
        {
            return _byAddress.GetValueOrDefault(addressId);
        }
    }
}
