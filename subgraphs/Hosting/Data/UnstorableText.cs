using LuckyGraph.Engine.Execution;
using Npgsql;

namespace LuckyGraph.Hosting.Data;

/// <summary>
/// Text with the character U+0000 is valid in GraphQL and JSON, and PostgreSQL can neither hold nor compare it. Whoever sends it
/// is told so instead of an internal error.
/// </summary>
internal static class UnstorableText
{
    public static GraphQLError Filter(GraphQLError error)
    {
        for (var exception = error.Exception; exception is not null; exception = exception.InnerException)
        {
            if (exception is PostgresException { SqlState: PostgresErrorCodes.CharacterNotInRepertoire or PostgresErrorCodes.UntranslatableCharacter })
            {
                return error with { Message = "Text must not contain the character U+0000.", Code = ErrorCodes.Variables };
            }
        }

        return error;
    }
}
